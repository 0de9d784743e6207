/** What to mend in a program whose run goes wrong by a claim of a wrong size, in a sentence. */
import { type Analysis, escapeText, type HistoryEntry } from 'lockgraph';
import { SIZE_MISMATCH } from '../jemalloc/misuse.js';
import type { ReplayResult } from '../lab/replay/replay.js';
import { number } from './words.js';

/** Undefined where the run goes well, or met no wrong claim. A hang names the first claim that led to it, any other end the first of all. */
export function mendSentence({ outcome, mutex, firstOverlap }: ReplayResult, { findings }: Analysis): string | undefined {
  if (outcome === 'ok' && firstOverlap === undefined) return undefined;
  const all = findings.find(({ kind }) => kind === SIZE_MISMATCH);
  const first = all?.history.find(isClaim);
  if (all === undefined || first === undefined) return undefined;
  const stands = mutex === undefined ? undefined : findings.find(({ cycle }) => cycle.some(({ wants }) => wants === mutex));
  const blamed = stands?.history.find(isClaim) ?? first;
  const data = blamed.note?.data ?? {};
  const frees = `To mend: call ${blamed.operationNumber} frees a block of ${number(Number(data['usable']))} bytes as ${escapeText(String(data['claim']))}`;
  if (all.count === 1) return `${frees}; alloc-model check tells whether others do so, too.`;
  return `${frees}, ${blamed.operationNumber === first.operationNumber ? 'the first' : 'one'} of ${number(all.count)} such calls; alloc-model check tells of them all.`;
}

function isClaim({ note }: HistoryEntry): boolean {
  return note?.kind === SIZE_MISMATCH;
}
