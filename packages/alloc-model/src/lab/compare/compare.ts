/**
 * Replays one log on all allocators at the same settings, and says where they part and why. Cost: a replay an allocator, one without sizes, and
 * another one if the log has flags that the latter has not.
 */
import type { EventSink, Registry } from 'lockgraph';
import { birthsOf } from '../../trace/births.js';
import type { CallLog } from '../../trace/call-log.js';
import { CallLogError } from '../../trace/call-log-error.js';
import { FLAGS_OF_MALLOC, unsized as withoutSizes } from '../../trace/unsized.js';
import { allocatorNames, type AllocatorName, type AllocatorOptions } from '../replay/allocators.js';
import { callAt } from '../../trace/call-at.js';
import { causeOf, wrongAt } from './cause.js';
import { checkLog } from '../check/check.js';
import { ClaimsMet } from './claims-met.js';
import type { ComparedRun, CompareResult, Parting } from './compare-result.js';
import { firstLockDifference } from '../replay/lock-difference.js';
import { LockRecord } from '../replay/lock-record.js';
import { givenOptions, type Replay, replay } from '../replay/replay.js';

/** The allocator that the sizes make hang, and that is therefore run without them, too. */
const SUSPECT = 'jemalloc-4.5.0';

/** @throws CallLogError if jemalloc 4.5.0's model cannot replay the log, RangeError on an option out of its range */
export async function compare(log: CallLog, settings: AllocatorOptions = {}): Promise<CompareResult> {
  const sized = await watched(log, settings, false);
  const unsized = await watched(log, settings, true);
  const others: Ending[] = [];
  for (const allocator of allocatorNames) {
    if (allocator !== SUSPECT) others.push(await ending(log, settings, allocator));
  }
  const { mismatches } = checkLog(log);
  const withSizes: readonly Ending[] = [{ run: sized.run.result, claims: sized.claims }, ...others];
  const met = withSizes.flatMap(({ run, claims: { first } }) => (first === undefined ? [] : [{ allocator: run.allocator, claim: first }]));
  const damaged = withSizes.flatMap(({ run, claims: { damage } }) => (damage === undefined ? [] : [{ allocator: run.allocator, ...damage }]));
  const flagsDropped = log.flags.reduce((count, flags) => count + ((flags & ~FLAGS_OF_MALLOC) === 0 ? 0 : 1), 0);
  return {
    trace: log.name,
    calls: log.calls,
    runs: [sized.run.result, unsized.run.result, ...others.map(({ run }) => run)],
    cause: causeOf({
      sized: sized.run.result,
      unsized: flagsDropped === 0 || wrongAt(sized.run.result) === undefined ? unsized.run.result : await flagged(log, settings),
      others: others.map(({ run }) => run),
      wrongClaims: mismatches.count > 0 || met.length > 0,
      met: sized.claims.classes,
    }),
    mismatches,
    met,
    damaged,
    flagsDropped,
    parts: partingOf(log, sized, unsized),
  };
}

/** The suspect without sizes, but with all flags: then the sizes are the one difference. */
async function flagged(log: CallLog, settings: AllocatorOptions): Promise<ComparedRun> {
  const same = { ...withoutSizes(log), flags: log.flags };
  return (await replay(same, { ...settings, allocator: SUSPECT, record: false, overlaps: true })).result;
}

/** A run of the suspect, and what was heard of it. */
interface Watched {
  readonly run: Replay;
  readonly locks: LockRecord;
  readonly claims: ClaimsMet;
}

async function watched(log: CallLog, settings: AllocatorOptions, unsized: boolean): Promise<Watched> {
  let heard: Omit<Watched, 'run'> | undefined;
  const sinks = (registry: Registry): readonly EventSink[] => {
    heard = { locks: new LockRecord(registry), claims: new ClaimsMet(registry, log) };
    return [heard.locks, heard.claims];
  };
  const run = await replay(log, { ...settings, allocator: SUSPECT, unsized, record: false, overlaps: true, sinks });
  return { run, ...heard! };
}

interface Ending {
  readonly run: ComparedRun;
  readonly claims: ClaimsMet;
}

async function ending(log: CallLog, settings: AllocatorOptions, allocator: AllocatorName): Promise<Ending> {
  let claims: ClaimsMet | undefined;
  const sinks = (registry: Registry): readonly EventSink[] => [(claims = new ClaimsMet(registry, log))];
  try {
    const { result } = await replay(log, { ...settings, allocator, record: false, overlaps: true, sinks });
    return { run: result, claims: claims! };
  } catch (error) {
    // Another model may have less than the suspect's; that is no reason to say nothing.
    if (!(error instanceof CallLogError)) throw error;
    const run = { trace: log.name, allocator, options: givenOptions(settings), outcome: 'refused', call: error.line, calls: log.calls, reason: error.reason } as const;
    return { run, claims: claims! };
  }
}

function partingOf(log: CallLog, sized: Watched, unsized: Watched): Parting {
  const claim = sized.claims.first;
  const address = firstAddressDifference(log, sized.run.addresses, unsized.run.addresses);
  const lock = firstLockDifference(log, sized.locks, unsized.locks, new Set([...lockNames(sized.locks), ...lockNames(unsized.locks)]));
  return {
    ...(claim === undefined ? {} : { claim }),
    ...(address === undefined ? {} : { address }),
    ...(lock === undefined ? {} : { lock }),
  };
}

/** Of all locks but those under which a free without a size looks a huge block's up. */
function lockNames(record: LockRecord): Set<string> {
  const names = new Set<string>();
  for (let row = 0; row < record.size; row++) names.add(record.lock(row));
  return new Set([...names].filter((name) => !name.endsWith('.huge_mtx')));
}

/** Blocks are numbered in the order of the calls that return them, so the first that differs is the first in time. */
function firstAddressDifference(log: CallLog, sized: Float64Array, unsized: Float64Array): Parting['address'] {
  const block = sized.findIndex((address, number) => address !== unsized[number] && address !== 0 && unsized[number] !== 0);
  if (block === -1) return undefined;
  return { call: callAt(log, birthsOf(log)[block]!), sized: sized[block]!, unsized: unsized[block]! };
}
