/** What a broken order of ranks or keys is: `t0 takes m2 (rank 3) while it holds m1 (rank 9): ranks must rise`. */
import type { Finding } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { listed } from './layout.js';

export function rankSentence({ threads, locks: [wanted, held], ranks }: Finding): string {
  const lock = (name: string | undefined, rank: number | undefined): string =>
    `${name === undefined ? 'a lock' : escapeName(name)}${ranks === undefined ? '' : ` (${ranks.of} ${rank})`}`;
  const one = threads.length < 2;
  const who = `${threads.length === 0 ? 'a thread' : listed(threads.map(escapeName))} ${one ? 'takes' : 'take'}`;
  const rule = ranks?.of === 'key' ? 'two locks of one class must be taken in rising key' : 'ranks must rise';
  return `${who} ${lock(wanted, ranks?.wanted)} while ${one ? 'it holds' : 'they hold'} ${lock(held, ranks?.held)}: ${rule}`;
}
