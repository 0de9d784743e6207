/** What a replay came to, in a line or two, and what to mend; the report says why. */
import { escapeText } from 'lockgraph';
import type { Replay, ReplayResult } from '../lab/replay/replay.js';
import { mendSentence } from './mend.js';
import { settingsOf } from './settings.js';
import { plainView, sentenceWidth, type TextView } from './text-view.js';
import { wrapped } from './words.js';

export function replayFacts({ result, analysis }: Pick<Replay, 'result' | 'analysis'>, view: TextView = plainView): string {
  const { trace, allocator, options, firstOverlap } = result;
  const lines = [`Replay of ${escapeText(trace)} on ${[allocator, ...settingsOf(options)].join(', ')}: ${ending(result)}.`];
  if (firstOverlap !== undefined) lines.push(`Call ${firstOverlap} was the first to be given a block that overlaps a live one.`);
  const mend = mendSentence(result, analysis);
  if (mend !== undefined) lines.push(mend);
  return lines.flatMap((line) => wrapped(line, sentenceWidth(view))).join('\n');
}

function ending({ outcome, call, calls, mutex, message, reason }: ReplayResult): string {
  switch (outcome) {
    case 'ok':
      return calls === 1 ? 'the only call returns' : `all ${calls} calls return`;
    case 'hang':
      return `hangs in call ${call} of ${calls}, waiting for ${escapeText(mutex ?? 'something')}`;
    case 'abort':
      return `aborts in call ${call} of ${calls}: ${escapeText(message ?? '')}`;
    case 'undefined':
      return `undefined from call ${call} of ${calls} on: ${escapeText(reason ?? '')}`;
  }
}
