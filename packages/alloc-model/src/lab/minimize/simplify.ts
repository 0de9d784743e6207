/** Ways to write a log's calls more simply, which may not make it longer: threads, claims, sizes, flags. */
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { selectCalls } from '../../trace/select.js';
import { isWronglyFreed, livesByShape, type UsableSize } from './lives.js';
import type { Reduction } from './reduction.js';

/** All calls in one thread, which does not end. */
export function inOneThread(log: CallLog): CallLog {
  const kept = log.kind.map((kind) => (kind === CallKind.texit ? 0 : 1));
  const { log: rest } = selectCalls(log, kept);
  return { ...rest, thread: new Int32Array(rest.calls), threads: [0] };
}

/** Sizes, claims and flags as simple as can be: first right claims for wrong ones that are not to blame, then round sizes, then no flags. */
export async function simplifySizes(reduction: Reduction, usableSize: UsableSize): Promise<void> {
  for (const lives of livesByShape(reduction.rebase(), usableSize)) {
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
  const groups = livesByShape(reduction.log, usableSize);
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
