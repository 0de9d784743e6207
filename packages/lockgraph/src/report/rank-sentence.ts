/** What a broken order of ranks or keys is: `t0 takes m2 (rank 3) while it holds m1 (rank 9): ranks must rise`. */
import type { Finding } from '../detect/finding.js';
import { escapeName } from './escape.js';

/** The locks are those of the finding's one entry of `cycle`, or else its `locks`: the one that is wanted, then the one that is held. */
export function rankSentence(finding: Finding): string {
  const { ranks } = finding;
  const waiter = finding.cycle[0];
  const thread = waiter?.thread ?? finding.threads[0];
  const wanted = waiter?.wants ?? finding.locks[0];
  const held = waiter?.holds ?? finding.locks[1];
  const name = (lock: string | undefined, rank: number | undefined): string =>
    `${lock === undefined ? 'a lock' : escapeName(lock)}${ranks === undefined ? '' : ` (${ranks.of} ${rank})`}`;
  const rule = ranks?.of === 'key' ? 'two locks of one class must be taken in rising key' : 'ranks must rise';
  return `${thread === undefined ? 'a thread' : escapeName(thread)} takes ${name(wanted, ranks?.wanted)} while it holds ${name(held, ranks?.held)}: ${rule}`;
}
