/**
 * Ways to leave out calls of a log while it shows the same: delta debugging, from many calls at a time to single ones
 * (Zeller, Hildebrandt 2002), on lives of blocks where that is possible, for a call without its block's others is rarely of use.
 */
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { alike, type Life, livesOf, type UsableSize } from './lives.js';
import type { Reduction } from './reduction.js';

/** Each pass of {@link shrinkInChunks} takes chunks so many times smaller than the one before. */
const FINER = 1.5;
/** A group of more members is not left out in every number, but only in chunks. */
const MANY = 2000;

/** Leaves out whole threads, then all lives of some shapes. */
export async function shrinkInGroups(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  for (const rows of threadsOf(reduction.rebase())) await drop(reduction, rows);
  await shrinkInChunks(reduction, (log) => alike(log, usableSize).map((lives) => lives.flat()), 1);
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
    for (let end = units.length; end > 0; end -= size) await drop(reduction, units.slice(Math.max(0, end - size), end).flat());
  }
}

/**
 * Leaves out lives of one shape, or the calls that free them, in every number: the newest ones, or the oldest. Thread caches are filled
 * and flushed by fixed numbers of blocks, so that often ten can go and none less.
 */
export async function shrinkInNumbers(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  const groups = alike(reduction.rebase(), usableSize);
  for (const lives of groups) await dropSome(reduction, lives);
  for (const lives of alike(reduction.rebase(), usableSize)) {
    const frees = lives.flatMap((life) => life.filter((row) => isFree(reduction, row))).map((row) => [row]);
    await dropSome(reduction, frees);
  }
}

/**
 * Tries to leave out each single call, until none can be left out: a `mallocx` alone (a `rallocx` takes its place) or with the rest of its block's life;
 * a `rallocx` alone (the block stays as it was) or with the rest; a call that frees; a `texit`.
 * @returns whether all of them were tried on the log that is left
 */
export async function shrinkByOne(reduction: Reduction): Promise<boolean> {
  for (;;) {
    const log = reduction.rebase();
    const rest = new Map<number, Life>();
    for (const life of livesOf(log)) life.forEach((row, index) => rest.set(row, life.slice(index)));
    for (let row = log.calls - 1; row >= 0 && !reduction.over; row--) {
      if (await reduction.drop([row])) continue;
      const later = rest.get(row);
      if (later !== undefined && later.length > 1) await reduction.drop(later);
    }
    if (reduction.over) return false;
    if (reduction.log === log) return true;
  }
}

export function eachCall(log: CallLog): Life[] {
  return Array.from({ length: log.calls }, (_, row) => [row]);
}

async function dropSome(reduction: Reduction, units: readonly Life[]): Promise<void> {
  if (units.length > MANY) return;
  for (let count = units.length - 1; count > 1 && !reduction.over; count--) {
    if (await drop(reduction, units.slice(units.length - count).flat())) return;
    if (await drop(reduction, units.slice(0, count).flat())) return;
  }
}

/** The last call is the one that shows it, so it stays. */
function drop(reduction: Reduction, rows: readonly number[]): Promise<boolean> {
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
