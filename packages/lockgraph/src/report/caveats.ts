/** What a reader must know before believing a finding: why it is not proved, and whose locks and threads it speaks of. */
import type { Finding, Unproved } from '../detect/finding.js';
import { wrapWords } from './layout.js';
import type { View } from './view.js';

const unproved: Readonly<Record<Unproved, string>> = {
  accesses: 'the trace records no reads and writes of memory, so no schedule can be proved: what a thread saw may have kept it from going on.',
  incomplete: 'parts of the run are missing in the trace, so no schedule can be proved.',
  searched: 'no order of the recorded events in which every read sees what it saw comes there. A run whose threads see other values may.',
  'gave-up': 'the search for a schedule ended at its bound, without an answer.',
  'kept-order':
    'semaphores, barriers, conditions, and locks that were released by who did not hold them, keep the order that they have in the trace; other orders of them were not tried.',
  disorder: 'the trace has events of a thread before the one that starts it, so its order is not that of the run.',
  storage: 'no schedule was looked for, for the events could not all be kept.',
};

export function caveatsSection(finding: Finding, view: View): string[] {
  const sentences: string[] = [];
  if (finding.byClass === true) {
    sentences.push('The locks are classes, and the threads may be of several runs: it happens where the threads meet and share instances of these classes.');
  }
  if (finding.unproved !== undefined) sentences.push(`Not proved: ${unproved[finding.unproved]}`);
  return sentences.length === 0 ? [] : ['', ...sentences.flatMap((sentence) => wrapWords(sentence, view.width))];
}
