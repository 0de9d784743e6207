/** Times of variants that take turns in one process, so that a noisy machine is noisy for all of them alike; and what memory is used. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Variant {
  readonly name: string;
  /** Does the work once. @returns how many units of it (calls, events) */
  readonly run: () => number | Promise<number>;
}

/** Nanoseconds a unit of each variant, round by round. */
export type Times = ReadonlyMap<string, readonly number[]>;

/** Runs every variant once a round, in turn forwards and backwards, for what one leaves behind slows the next down; the first `warmUp` rounds do not count. */
export async function takeTurns(variants: readonly Variant[], rounds: number, warmUp = 3): Promise<Times> {
  const times = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const { name, run } of order) {
      const start = process.hrtime.bigint();
      const units = await run();
      const nanoseconds = Number(process.hrtime.bigint() - start);
      if (round >= 0) times.get(name)!.push(nanoseconds / units);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** Median of the ratios round by round: what slows a whole round down cancels out. */
export function ratio(times: Times, of: string, to: string): number {
  const base = times.get(to)!;
  return median(times.get(of)!.map((time, round) => time / base[round]!));
}

/** Heap and buffers that are used after a collection. */
export function usedMebibytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // What was measured before lets go of its memory in more than one collection.
  for (let i = 0; i < 5; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}
