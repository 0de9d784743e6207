/** Replays a log at many settings of an allocator: how far the program gets with each, and what an option changed where it ends elsewhere. */
import { Monitor } from 'lockgraph';
import type { ThreadCaches } from '../../allocator.js';
import type { CallLog } from '../../trace/call-log.js';
import { createAllocator } from '../replay/allocators.js';
import { LockRecord } from '../replay/lock-record.js';
import { replay, type ReplayOptions, type ReplayResult } from '../replay/replay.js';
import { type LostLock, lostLock } from './lost-lock.js';
import { type SweptRun, type WhatMoved, whatMoved } from './what-moved.js';

/** What a sweep sets. An option that is not there is the allocator's default. */
export type SweepSetting = Pick<ReplayOptions, 'allocator' | 'lgTcacheMax' | 'narenas' | 'tcache' | 'unsized'>;
/** Those of which a sweep tells what they changed: allocators have locks of their own, and calls without sizes are other calls, which all return. */
export type MovedOption = 'narenas' | 'tcache' | 'lgTcacheMax';

export interface SweepRow {
  readonly setting: SweepSetting;
  /** What `replay()` gives for it. */
  readonly result: ReplayResult;
  /** Who left the lock locked that the run hangs for; absent where it does not, or nobody did. */
  readonly cause?: LostLock;
  /** What the caches of threads hold at this setting; absent where the allocator does not tell. */
  readonly caches?: ThreadCaches;
}

/** Two neighbours whose ends or first overlaps differ, and what their one different option changed on the way. */
export interface SweepMove extends WhatMoved {
  /** Indices of their rows. */
  readonly from: number;
  readonly to: number;
  readonly option: MovedOption;
}

/** Plain data. */
export interface Sweep {
  /** The name of the log. */
  readonly trace: string;
  readonly calls: number;
  /** In the order of the settings. */
  readonly rows: readonly SweepRow[];
  /** Absent for neighbours that differ in more than one option, or in their allocator, and for calls without sizes. */
  readonly moves: readonly SweepMove[];
}

/**
 * Replays `log` once for each setting; what an option moved costs about as much as a replay. Memory: two runs' locks and unlocks, some tens of bytes each.
 * @throws what {@link replay} throws
 */
export async function sweep(log: CallLog, settings: readonly SweepSetting[]): Promise<Sweep> {
  const rows: SweepRow[] = [];
  const moves: SweepMove[] = [];
  let before: SweptRun | undefined;
  for (const [index, setting] of settings.entries()) {
    const run = await runAt(log, setting);
    rows.push(rowOf(setting, run));
    const option = index === 0 ? undefined : changedOption(settings[index - 1]!, setting);
    if (before !== undefined && option !== undefined && !sameEnd(before.result, run.result)) {
      moves.push({ from: index - 1, to: index, option, ...whatMoved(log, before, run) });
    }
    before = run;
  }
  return { trace: log.name, calls: log.calls, rows, moves };
}

function rowOf(setting: SweepSetting, { result, cause, allocator: { threadCaches } }: SweptRun): SweepRow {
  return { setting, result, ...(cause === undefined ? {} : { cause }), ...(threadCaches === undefined ? {} : { caches: threadCaches }) };
}

async function runAt(log: CallLog, setting: SweepSetting): Promise<SweptRun> {
  const records: LockRecord[] = [];
  const { result, addresses } = await replay(log, {
    ...setting,
    record: false,
    overlaps: true,
    sinks: (registry) => {
      records.push(new LockRecord(registry));
      return records;
    },
  });
  const record = records[0]!;
  return {
    result,
    cause: result.mutex === undefined ? undefined : lostLock(record, result.mutex, result.call),
    record,
    addresses,
    allocator: createAllocator(result.allocator, new Monitor(), setting),
  };
}

/** The one option in which two settings of one allocator differ, if a move of it is told. */
function changedOption(a: SweepSetting, b: SweepSetting): MovedOption | undefined {
  if (a.allocator !== b.allocator || a.unsized === true || b.unsized === true) return undefined;
  const options: readonly MovedOption[] = ['narenas', 'tcache', 'lgTcacheMax'];
  const changed = options.filter((option) => a[option] !== b[option]);
  return changed.length === 1 ? changed[0] : undefined;
}

function sameEnd(a: ReplayResult, b: ReplayResult): boolean {
  return a.outcome === b.outcome && a.call === b.call && a.mutex === b.mutex && a.firstOverlap === b.firstOverlap;
}
