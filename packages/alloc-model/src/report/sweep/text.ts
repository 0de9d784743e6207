/** A sweep as text: for each log a row a setting, and what the option changed where the end moves. */
import { escapeText } from 'lockgraph';
import type { LostLock } from '../../lab/sweep/lost-lock.js';
import type { Sweep, SweepRow } from '../../lab/sweep/sweep.js';
import { movedSentences, type MovedText, triggers } from './moves.js';
import { optionName, percent, progress, sameInAll, settingLabel, sweptOptions, valueAt } from './names.js';
import { plainView, proseWidth, type TextView } from '../text-view.js';
import { counted, table, wrapped } from '../words.js';

const BAR = 20;

/** Ends in a newline. */
export function sweepText(sweeps: readonly Sweep[], view: TextView = plainView): string {
  return sweeps.map((sweep) => `${section(sweep, view).join('\n')}\n`).join('\n');
}

function section(sweep: Sweep, view: TextView): string[] {
  const { trace, calls, rows, moves } = sweep;
  const same = sameInAll(sweep);
  return [
    view.style.heading(`${escapeText(trace)}${same === '' ? '' : ` on ${same}`}: ${counted(calls, 'call')}`),
    '',
    ...rowsTable(rows, view),
    ...sameCachesLines(rows),
    ...saidLines(rows, proseWidth(view)),
    ...moves.flatMap((move) => movedLines(movedSentences(sweep, move), view)),
  ];
}

function movedLines({ head, sentences }: MovedText, view: TextView): string[] {
  const width = proseWidth(view);
  const heads = wrapped(head, width).map((line) => view.style.heading(line));
  return ['', ...heads, ...sentences.flatMap((sentence) => wrapped(sentence, width - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`))];
}

interface Column {
  readonly head: string;
  /** Of numbers. */
  readonly right?: boolean;
  readonly cell: (row: SweepRow) => string;
}

/** The bar and the names of the flushes are for terminals that have room for them. */
function rowsTable(rows: readonly SweepRow[], { columns = Infinity }: TextView): string[] {
  const fits = (lines: readonly string[]): boolean => lines.every((line) => line.length <= columns);
  const whole = tableOf(rows, true, lostIn);
  if (fits(whole)) return whole;
  const withoutBar = tableOf(rows, false, lostIn);
  return fits(withoutBar) ? withoutBar : tableOf(rows, false, ({ call }) => `call ${call}`);
}

function tableOf(rows: readonly SweepRow[], bar: boolean, lost: (cause: LostLock) => string): string[] {
  const options = sweptOptions(rows);
  const columns: Column[] = [
    ...options.map((option) => ({ head: optionName(option), right: option !== 'allocator', cell: (row: SweepRow) => valueAt(row, option) })),
    { head: 'outcome', cell: ({ result }) => result.outcome },
    { head: 'call', right: true, cell: ({ result }) => `${result.call}` },
    { head: 'returned', right: true, cell: ({ result }) => percent(result) },
    { head: '', cell: ({ result }) => (bar ? '█'.repeat(Math.floor(progress(result) * BAR)).padEnd(BAR, '·') : '') },
    { head: 'waits for', cell: ({ result }) => escapeText(result.mutex ?? '') },
    { head: 'locked for good', cell: ({ cause }) => (cause === undefined ? '' : lost(cause)) },
    { head: 'first overlap', right: true, cell: ({ result }) => (result.firstOverlap === undefined ? '' : `${result.firstOverlap}`) },
  ];
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  const lines = [used.map(({ head }) => head), ...rows.map((row) => used.map(({ cell }) => cell(row)))];
  return table(lines, used.map(({ right }) => right ?? false));
}

function lostIn({ call, flush }: LostLock): string {
  return flush === undefined ? `call ${call}` : `call ${call}: ${escapeText(flush.by)}, ${triggers[flush.trigger]}`;
}

/** Neighbours that are one setting to the caches: values of `lg_tcache_max` may come to the same. */
function sameCachesLines(rows: readonly SweepRow[]): string[] {
  const options = sweptOptions(rows);
  if (options.length > 1 || options[0] !== 'lgTcacheMax') return [];
  const lines: string[] = [];
  for (let start = 0, end = 0; start < rows.length; start = end) {
    while (end < rows.length && (end === start || sameCaches(rows[start]!, rows[end]!))) end++;
    const [first, last] = [rows[start]!, rows[end - 1]!].map((row) => settingLabel(row, options));
    if (end - start > 1) lines.push(`Thread caches hold the same at ${first} ${end - start === 2 ? 'and' : 'to'} ${last}.`);
  }
  return lines.length === 0 ? [] : ['', ...lines];
}

function sameCaches({ caches: a }: SweepRow, { caches: b }: SweepRow): boolean {
  return a !== undefined && b !== undefined && a.classes === b.classes && a.largest === b.largest;
}

/** What an allocator said before it aborted, or why an outcome is undefined: each text once, with the settings that it is of. */
function saidLines(rows: readonly SweepRow[], width: number): string[] {
  const options = sweptOptions(rows);
  const said = new Map<string, string[]>();
  for (const row of rows) {
    const text = row.result.message ?? row.result.reason;
    if (text === undefined) continue;
    const settings = said.get(text);
    if (settings === undefined) said.set(text, [settingLabel(row, options)]);
    else settings.push(settingLabel(row, options));
  }
  const lines = [...said].flatMap(([text, settings]) => {
    const names = settings.length > 3 ? `${settings[0]} and ${settings.length - 1} more` : settings.join(' and ');
    return wrapped(`At ${names}: ${escapeText(text)}`, width);
  });
  return lines.length === 0 ? [] : ['', ...lines];
}
