/** Compares the first call that returns a block overlapping a live one: in the model, and in the real allocator. */
import { type AllocatorName, replay } from 'alloc-model';
import { realOverlaps } from './fixtures.js';
import type { Logs } from './logs.js';
import { judgeUndefined } from './results.js';
import { emptyTally, type Tally } from './tally.js';

/** For an allocator that a wrong claim cannot damage, but where it crosses from small to large. */
export async function compareOverlaps(logs: Logs, allocator: AllocatorName): Promise<Tally> {
  const tally = emptyTally();
  for (const real of realOverlaps(allocator)) {
    const log = await logs.get(real.trace);
    const { result } = await replay(log, { allocator, overlaps: true, record: false });
    tally.compared++;
    if (result.outcome === 'undefined') judgeUndefined(tally, real.trace, log, result);
    else if (result.firstOverlap === real.firstOverlap) tally.equal++;
    else tally.differences.push(`${real.trace}: first overlap ${result.firstOverlap}, but the real one: ${real.firstOverlap}`);
  }
  return tally;
}
