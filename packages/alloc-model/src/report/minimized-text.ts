/** What became of a log that was minimized, in a few lines. */
import { escapeText } from 'lockgraph';
import type { MinimizedFacts } from '../lab/minimize/minimize.js';
import type { Signature } from '../lab/minimize/signature.js';
import { settingsOf } from './settings.js';
import { counted, number } from './words.js';

export function minimizedText({ before, stop, signature, left, replays, minimal }: MinimizedFacts): string {
  const { trace, allocator, options } = before;
  const settings = [allocator, ...(options.unsized === true ? ['without sizes'] : []), ...settingsOf(options)];
  return [
    `Minimized ${escapeText(trace)} on ${settings.join(', ')}: of ${counted(stop, 'call')}, ${number(left)} ${left === 1 ? 'is' : 'are'} left (${percent(left, stop)}).`,
    minimal
      ? `No single call more can be left out: each was tried (${counted(replays, 'replay')} in all).`
      : `The time was up after ${counted(replays, 'replay')}: more calls could perhaps be left out.`,
    ...shown(signature),
    '',
  ].join('\n');
}

/** What both logs show, in lines. */
function shown({ outcome, kind, mutex, waitsIn, takenIn, says, classes }: Signature): string[] {
  const lines = [];
  if (outcome === 'overlap') lines.push('Both get a block that overlaps a live one.');
  else if (outcome === 'abort') lines.push(`Both abort: ${says}`);
  else if (outcome === 'undefined') lines.push(`Both are undefined in the end: ${says}`);
  else lines.push(`Both hang${kind === undefined ? '' : ` (${kind})`}, waiting for ${mutex}`);
  if (waitsIn !== undefined) lines.push(`  in        ${waitsIn.join(' › ')}`);
  if (takenIn !== undefined) lines.push(`  taken in  ${takenIn.join(' › ')}`);
  if (classes !== null) lines.push(`  to blame  blocks of ${number(classes.usable)} bytes that are freed as blocks of ${number(classes.claimedUsable)}`);
  return lines;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
