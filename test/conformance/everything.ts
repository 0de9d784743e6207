/** All that the models are compared in, in one list: for `pnpm conformance`, and for the tests. */
import { compareDamage, compareEndings } from './damage.js';
import type { Logs } from './logs.js';
import { compareLockEvents } from './lock-events.js';
import { compareOverlaps } from './overlaps.js';
import { compareResults } from './results.js';
import type { Tally } from './tally.js';

interface Comparison {
  readonly what: string;
  /** How many there are to compare, and of them are equal. The others are undefined, in the real allocator too. */
  readonly runs: number;
  readonly equal: number;
  readonly compare: (logs: Logs) => Promise<Tally>;
}

export const comparisons: readonly Comparison[] = [
  { what: 'jemalloc-4.5.0: outcome, call and mutex', runs: 387, equal: 378, compare: (logs) => compareResults(logs, 'jemalloc-4.5.0') },
  { what: 'jemalloc-4.5.0: every lock and unlock', runs: 26, equal: 26, compare: compareLockEvents },
  { what: 'jemalloc-4.5.0: first overlap', runs: 43, equal: 42, compare: (logs) => compareOverlaps(logs, 'jemalloc-4.5.0') },
  { what: 'jemalloc-4.5.0-debug: outcome, call and message', runs: 387, equal: 387, compare: (logs) => compareResults(logs, 'jemalloc-4.5.0-debug') },
  { what: 'jemalloc-5.3.0-debug: outcome, call and message', runs: 387, equal: 387, compare: (logs) => compareResults(logs, 'jemalloc-5.3.0-debug') },
  { what: 'jemalloc-5.3.0: outcome', runs: 387, equal: 386, compare: (logs) => compareEndings(logs, 'jemalloc-5.3.0') },
  { what: 'jemalloc-5.3.0: first overlap', runs: 43, equal: 43, compare: (logs) => compareDamage(logs, 'jemalloc-5.3.0') },
  { what: 'system: outcome and call', runs: 43, equal: 43, compare: (logs) => compareResults(logs, 'system') },
  { what: 'system: first overlap', runs: 43, equal: 43, compare: (logs) => compareOverlaps(logs, 'system') },
];
