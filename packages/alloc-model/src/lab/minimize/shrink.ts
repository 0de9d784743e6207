/**
 * Ways to leave out calls of a log while it shows the same: delta debugging, from many calls at a time to single ones
 * (Zeller, Hildebrandt 2002), on lives of blocks where that is possible, for a call without its block's others is rarely of use.
 */
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { type Life, livesByShape, livesOf, type UsableSize } from './lives.js';
import type { Reduction } from './reduction.js';

/** Each pass of {@link shrinkInChunks} takes chunks so many times smaller than the one before. */
const FINER = 1.5;
/** Up to so many members of a group are left out in every number: more than one flush or fill of a thread cache moves. */
const EVERY_NUMBER = 400;

/** Leaves out whole threads, then all lives of some shapes. */
export async function shrinkInGroups(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  for (const rows of threadsOf(reduction.rebase())) await leaveOut(reduction, rows);
  await shrinkInChunks(reduction, (log) => livesByShape(log, usableSize).map((lives) => lives.flat()), 1);
}

/**
 * Leaves out runs of neighbours, of shorter and shorter length down to `least`.
 * @param unitsOf the rows that go together
 */
export async function shrinkInChunks(reduction: Reduction, unitsOf: (log: CallLog) => readonly Life[], least: number): Promise<void> {
  let size = Infinity;
  while (size > least && !reduction.over) {
    const units = unitsOf(reduction.rebase());
    size = Math.max(least, Math.floor(Math.min(size, units.length) / FINER));
    // From the end: what comes late has less to do with the state that later calls find.
    for (let end = units.length; end > 0; end -= size) await leaveOut(reduction, units.slice(Math.max(0, end - size), end).flat());
  }
}

/**
 * Leaves out lives of one shape, or the calls that free them, in many numbers: the newest ones, or the oldest. Thread caches are filled
 * and flushed by fixed numbers of blocks, so that often ten can go and none less. Cost: up to two replays for each number.
 */
export async function shrinkInNumbers(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  const groups = livesByShape(reduction.rebase(), usableSize);
  for (const lives of groups) await leaveOutSome(reduction, lives);
  for (const lives of livesByShape(reduction.rebase(), usableSize)) {
    const frees = lives.flatMap((life) => life.filter((row) => isFree(reduction, row))).map((row) => [row]);
    await leaveOutSome(reduction, frees);
  }
}

/**
 * Tries to leave out each single call, until none can be left out: a `mallocx` alone (a `rallocx` takes its place) or with the rest of its block's life;
 * a `rallocx` alone (the block stays as it was) or with the rest; a call that frees; a `texit`.
 * Cost: passes until one is in vain, of up to two replays a call.
 * @returns whether all of them were tried on the log that is left
 */
export async function shrinkByOne(reduction: Reduction): Promise<boolean> {
  for (;;) {
    const log = reduction.rebase();
    const rests = restsOf(log);
    for (let row = log.calls - 1; row >= 0 && !reduction.over; row--) {
      if (await reduction.drop([row])) continue;
      const rest = rests.get(row);
      if (rest !== undefined) await reduction.drop(rest);
    }
    if (reduction.over) return false;
    if (reduction.log === log) return true;
  }
}

/** By row: it and the rest of its block's life, where another log is left without them than without the row alone. */
function restsOf(log: CallLog): Map<number, Life> {
  const rests = new Map<number, Life>();
  for (const life of livesOf(log)) {
    for (const [at, row] of life.slice(0, -1).entries()) {
      const rest = life.slice(at);
      // Without a mallocx, the call that frees its block goes, too.
      if (rest.some((each) => log.kind[each] === CallKind.rallocx)) rests.set(row, rest);
    }
  }
  return rests;
}

/** The rows of each call, alone. */
export function eachCall(log: CallLog): Life[] {
  return Array.from({ length: log.calls }, (_, row) => [row]);
}

async function leaveOutSome(reduction: Reduction, units: readonly Life[]): Promise<void> {
  for (let count = units.length - 1; count > 1 && !reduction.over; count = fewer(count)) {
    if (await leaveOut(reduction, units.slice(units.length - count).flat())) return;
    if (await leaveOut(reduction, units.slice(0, count).flat())) return;
  }
}

function fewer(count: number): number {
  return count <= EVERY_NUMBER ? count - 1 : Math.max(EVERY_NUMBER, Math.floor(count / FINER));
}

/** The last call is the one that shows it, so it stays. */
function leaveOut(reduction: Reduction, rows: readonly number[]): Promise<boolean> {
  return reduction.drop(rows, reduction.last);
}

function isFree(reduction: Reduction, row: number): boolean {
  const kind = reduction.base.kind[row];
  return kind === CallKind.sdallocx || kind === CallKind.dallocx;
}

function threadsOf(log: CallLog): number[][] {
  const rows: number[][] = log.threads.map(() => []);
  for (let row = 0; row < log.calls; row++) rows[log.thread[row]!]!.push(row);
  return rows;
}
