/** Ways to write a log's calls more simply, which may not make it longer: threads, which block is freed, claims, sizes, flags. */
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { selectCalls } from '../../trace/select.js';
import { alike, isWronglyFreed, type Life, livesOf, type UsableSize } from './lives.js';
import type { Reduction } from './reduction.js';

/** All calls in one thread, which does not end. */
export function inOneThread(log: CallLog): CallLog {
  const kept = log.kind.map((kind) => (kind === CallKind.texit ? 0 : 1));
  const { log: rest } = selectCalls(log, kept);
  return { ...rest, thread: new Int32Array(rest.calls), threads: [0] };
}

/**
 * The same calls, but each that frees or moves a block takes the oldest of its class that is live. Of calls that free blocks in a
 * tangled order, far fewer are needed where they free them in turn.
 */
export function oldestFirst(log: CallLog, usableSize: UsableSize): CallLog {
  const block = log.block.slice();
  const classes = new Float64Array(log.ids.length);
  const live = new Map<number, { blocks: number[]; next: number }>();
  const born = (number: number, row: number): void => {
    const usable = usableSize(log.size[row]!, log.flags[row]!);
    classes[number] = usable;
    const queue = live.get(usable);
    if (queue === undefined) live.set(usable, { blocks: [number], next: 0 });
    else queue.blocks.push(number);
  };
  for (let row = 0; row < log.calls; row++) {
    const kind = log.kind[row];
    if (kind === CallKind.texit) continue;
    if (kind !== CallKind.mallocx) {
      const queue = live.get(classes[log.block[row]!]!)!;
      block[row] = queue.blocks[queue.next++]!;
    }
    if (kind === CallKind.mallocx) born(log.block[row]!, row);
    else if (kind === CallKind.rallocx) born(log.newBlock[row]!, row);
  }
  return { ...log, block };
}

/** The calls of blocks whose sized free claims a wrong class, and the last call. */
export function wronglyFreed(log: CallLog, usableSize: UsableSize): CallLog {
  return only(log, (life) => isWronglyFreed(log, life, usableSize));
}

/** The calls of blocks that are of one class at some time, and the last call. */
export function ofClass(log: CallLog, usable: number, usableSize: UsableSize): CallLog {
  const isBirth = (row: number): boolean => log.kind[row] === CallKind.mallocx || log.kind[row] === CallKind.rallocx;
  return only(log, (life) => life.some((row) => isBirth(row) && usableSize(log.size[row]!, log.flags[row]!) === usable));
}

function only(log: CallLog, isKept: (life: Life) => boolean): CallLog {
  const kept = new Uint8Array(log.calls);
  kept[log.calls - 1] = 1;
  for (const life of livesOf(log)) if (isKept(life)) for (const row of life) kept[row] = 1;
  return selectCalls(log, kept).log;
}

/** Sizes, claims and flags as simple as can be: first right claims for wrong ones that are not to blame, then round sizes, then no flags. */
export async function simplifySizes(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  for (const lives of alike(reduction.rebase(), usableSize)) {
    const log = reduction.log;
    const wrong = lives.filter((life) => isWronglyFreed(log, life, usableSize));
    if (wrong.length > 0) await reduction.take(withSizes(log, new Map(wrong.map((life) => [life.at(-1)!, log.size[life.at(-2)!]!]))));
  }
  const { log } = reduction;
  const rounded = log.size.map((size, row) => (size === 0 ? 0 : usableSize(size, log.flags[row]!)));
  await reduction.take({ ...log, size: rounded });
  await likeMost(reduction, usableSize);
  await withoutFlags(reduction);
  await reduction.take({ ...reduction.log, threads: numbered(reduction.log.threads) });
}

/** Gives lives of other shapes the sizes of the commonest of as many calls, a shape at a time. */
async function likeMost(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  const groups = alike(reduction.log, usableSize);
  for (const lives of groups) {
    const { log } = reduction;
    const model = groups.findLast(([life]) => life!.length === lives[0]!.length && life!.every((row, at) => log.kind[row] === log.kind[lives[0]![at]!]));
    if (model === undefined || model === lives) continue;
    const sizes = new Map(lives.flatMap((life) => life.map((row, at) => [row, log.size[model[0]![at]!]!] as const)));
    // The rows stay what they are: a log of fewer calls would have others.
    await reduction.take(withSizes(log, sizes), log.calls);
  }
}

async function withoutFlags(reduction: Reduction): Promise<void> {
  const { log } = reduction;
  if (log.flags.every((flags) => flags === 0) || (await reduction.take({ ...log, flags: new Int32Array(log.calls) }))) return;
  for (let row = 0; row < reduction.log.calls; row++) {
    const { flags } = reduction.log;
    if (flags[row] !== 0) await reduction.take({ ...reduction.log, flags: flags.with(row, 0) });
  }
}

function withSizes(log: CallLog, sizes: ReadonlyMap<number, number>): CallLog {
  return { ...log, size: log.size.map((size, row) => sizes.get(row) ?? size) };
}

/** Names of threads from 0, in the order of their first calls. */
function numbered(threads: readonly number[]): number[] {
  const names = [...new Set(threads)];
  return threads.map((name) => names.indexOf(name));
}
