/** A sweep as text: for each log a row a setting, and what the option changed where the end moves. */
import { escapeText, plainStyle, type Style } from 'lockgraph';
import type { LostLock } from '../../lab/sweep/lost-lock.js';
import type { Sweep, SweepRow } from '../../lab/sweep/sweep.js';
import { movedSentences, type MovedText, triggers } from './moves.js';
import { optionName, percent, progress, sameInAll, settingLabel, sweptOptions, valueAt } from './names.js';
import { counted, table, wrapped } from '../words.js';

const WIDTH = 110;
const BAR = 20;

/** Ends in a newline. */
export function sweepText(sweeps: readonly Sweep[], style: Style = plainStyle): string {
  return sweeps.map((sweep) => `${section(sweep, style).join('\n')}\n`).join('\n');
}

function section(sweep: Sweep, style: Style): string[] {
  const { trace, calls, rows, moves } = sweep;
  const same = sameInAll(sweep);
  return [
    style.heading(`${escapeText(trace)}${same === '' ? '' : ` on ${same}`}: ${counted(calls, 'call')}`),
    '',
    ...rowsTable(rows),
    ...sameCachesLines(rows),
    ...saidLines(rows),
    ...moves.flatMap((move) => movedLines(movedSentences(sweep, move), style)),
  ];
}

function movedLines({ head, sentences }: MovedText, style: Style): string[] {
  return ['', style.heading(head), ...sentences.flatMap((sentence) => wrapped(sentence, WIDTH - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`))];
}

interface Column {
  readonly head: string;
  /** Of numbers. */
  readonly right?: boolean;
  readonly cell: (row: SweepRow) => string;
}

function rowsTable(rows: readonly SweepRow[]): string[] {
  const options = sweptOptions(rows);
  const columns: Column[] = [
    ...options.map((option) => ({ head: optionName(option), right: option !== 'allocator', cell: (row: SweepRow) => valueAt(row, option) })),
    { head: 'outcome', cell: ({ result }) => result.outcome },
    { head: 'call', right: true, cell: ({ result }) => `${result.call}` },
    { head: 'returned', right: true, cell: ({ result }) => percent(result) },
    { head: '', cell: ({ result }) => '█'.repeat(Math.floor(progress(result) * BAR)).padEnd(BAR, '·') },
    { head: 'waits for', cell: ({ result }) => escapeText(result.mutex ?? '') },
    { head: 'locked for good', cell: ({ cause }) => (cause === undefined ? '' : lostIn(cause)) },
    { head: 'first overlap', right: true, cell: ({ result }) => (result.firstOverlap === undefined ? '' : `${result.firstOverlap}`) },
  ];
  const used = columns.filter(({ head, cell }) => head === '' || rows.some((row) => cell(row) !== ''));
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
function saidLines(rows: readonly SweepRow[]): string[] {
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
    return wrapped(`At ${names}: ${escapeText(text)}`, WIDTH);
  });
  return lines.length === 0 ? [] : ['', ...lines];
}
