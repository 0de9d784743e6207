/** What became of a log that was minimized, in a few lines; or why there is nothing to minimize. */
import { escapeText } from 'lockgraph';
import type { MinimizedFacts } from '../lab/minimize/minimize.js';
import type { ReplayResult } from '../lab/replay/replay.js';
import type { Signature } from '../lab/minimize/signature.js';
import { settingsOf } from './settings.js';
import { plainView, sentenceWidth, type TextView } from './text-view.js';
import { counted, number, wrapped } from './words.js';

export function minimizedText({ before, stop, signature, left, replays, minimal }: MinimizedFacts, view: TextView = plainView): string {
  const { trace, allocator, options } = before;
  const settings = [allocator, ...settingsOf(options)];
  return [
    `Minimized ${escapeText(trace)} on ${settings.join(', ')}: of ${counted(stop, 'call')}, ${number(left)} ${left === 1 ? 'is' : 'are'} left (${percent(left, stop)}).`,
    minimal
      ? `No single call more can be left out: each was tried (${counted(replays, 'replay')} in all).`
      : `The time was up after ${counted(replays, 'replay')}: more calls could perhaps be left out.`,
    ...shown(signature),
  ]
    .flatMap((line) => wrappedUnder(line, sentenceWidth(view)))
    .map((line) => `${line}\n`)
    .join('');
}

/** Lines that go on are under the first one's text. */
function wrappedUnder(line: string, width: number): string[] {
  const head = /^ {2}\S.*? {2,}/.exec(line)?.[0] ?? '';
  return wrapped(line.slice(head.length), width - head.length).map((each, i) => `${i === 0 ? head : ' '.repeat(head.length)}${each}`);
}

/** Of a log in which all calls return: in one line, as an error of the command. */
export function nothingToMinimize({ trace, calls, allocator }: ReplayResult): string {
  return `nothing to minimize: ${calls === 1 ? `the only call of ${trace} returns` : `all ${calls} calls of ${trace} return`} on ${allocator}; alloc-model check tells what is wrong in the log itself`;
}

/** What both logs show, in lines. */
function shown({ outcome, kind, mutex, waitsIn, takenIn, says, classes }: Signature): string[] {
  const lines = [];
  if (outcome === 'overlap') lines.push('Both get a block that overlaps a live one.');
  else if (outcome === 'abort') lines.push(`Both abort: ${escapeText(says ?? '')}`);
  else if (outcome === 'undefined') lines.push(`Both are undefined in the end: ${escapeText(says ?? '')}`);
  else lines.push(`Both hang${kind === undefined ? '' : ` (${kind})`}, waiting for ${escapeText(mutex ?? '')}`);
  if (waitsIn !== undefined) lines.push(`  in        ${stack(waitsIn)}`);
  if (takenIn !== undefined) lines.push(`  taken in  ${stack(takenIn)}`);
  if (classes !== null) lines.push(`  to blame  blocks of ${number(classes.usable)} bytes that are freed as blocks of ${number(classes.claimedUsable)}`);
  return lines;
}

function stack(functions: readonly string[]): string {
  return functions.map((name) => escapeText(name)).join(' › ');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
