/** The patterns of a lock order, against all that can be made of its acquires. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LockOrder } from '../../../../packages/lockgraph/src/detect/order/lock-order.js';
import { acquireKey } from '../../../../packages/lockgraph/src/detect/order/pattern-book.js';
import { Segments } from '../../../../packages/lockgraph/src/detect/order/segments.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';

const LOCKS = 5;
const THREADS = 4;

interface Hold {
  readonly lock: number;
  readonly mode: Mode;
}

/** A thread takes some locks, one after the other, and gives them back; or waits in the end for another thread. */
interface Nesting {
  readonly thread: number;
  readonly holds: readonly Hold[];
  readonly joins: number | undefined;
}

/** An acquire as it is defined. */
interface Acquire {
  readonly thread: number;
  readonly wants: Hold;
  readonly held: readonly Hold[];
}

const nestings = (modes: readonly Mode[], joins: fc.Arbitrary<number | undefined>, locks = LOCKS): fc.Arbitrary<Nesting[]> =>
  fc.array(
    fc.record({
      thread: fc.nat(THREADS - 1),
      holds: fc.uniqueArray(fc.record({ lock: fc.nat(locks - 1), mode: fc.constantFrom(...modes) }), {
        minLength: 1,
        maxLength: 3,
        selector: ({ lock, mode }) => `${lock} ${mode}`,
      }),
      joins,
    }),
    { minLength: 1, maxLength: 12 },
  );

interface Outcome {
  readonly patterns: string[];
  readonly refuted: ReadonlyMap<string, string>;
  readonly truncated: boolean;
}

/** What the lock order finds. */
function found(all: readonly Nesting[], maxCycle: number): Outcome {
  const patterns = new Set<string>();
  const refuted = new Map<string, string>();
  const order: LockOrder = new LockOrder({ object: (lock) => lock, end: () => NONE, isOneLock: () => true, hasModes: true }, new Segments(), maxCycle, {
    pattern: (pattern) => patterns.add(keyOf(pattern.map((node) => acquireKey(order.tree, node)))),
    refuted: (cycle, { reason }) => refuted.set(keyOf(cycle.map((node) => acquireKey(order.tree, node))), reason),
    ordered: () => expect.unreachable('nothing orders these threads'),
  });
  let event = 0;
  for (const { thread, holds, joins } of all) {
    for (const { lock, mode } of holds) order.take(++event, thread, lock, mode, 0);
    if (joins !== undefined && joins !== thread) order.requestJoin(++event, thread, joins, 0);
    for (const { lock, mode } of holds.toReversed()) order.release(thread, lock, mode);
  }
  return { patterns: [...patterns].toSorted(), refuted, truncated: order.search.truncated.cycles };
}

function acquires(all: readonly Nesting[]): Acquire[] {
  const distinct = new Map<string, Acquire>();
  for (const { thread, holds, joins } of all) {
    const wanted = joins === undefined || joins === thread ? holds : [...holds, { lock: joins, mode: Mode.join }];
    for (const [index, wants] of wanted.entries()) {
      const held = wanted.slice(0, index);
      // Who has it exclusively does not wait for it.
      if (wants.mode !== Mode.join && held.some(({ lock, mode }) => lock === wants.lock && mode === Mode.exclusive)) continue;
      const acquire = { thread, wants, held };
      distinct.set(nameOf(acquire), acquire);
    }
  }
  return [...distinct.values()];
}

/** As {@link acquireKey} names it. */
function nameOf({ thread, wants, held }: Acquire): string {
  const want = ({ lock, mode }: Hold): number => lock * 8 + mode;
  const wanted = wants.mode === Mode.join ? `end of ${wants.lock}` : String(want(wants));
  return `${thread} ${wanted} ${held.map(want).toSorted((one, other) => one - other).join(' ')}`;
}

function keyOf(names: readonly string[]): string {
  return names.toSorted().join(';');
}

const excludes = (one: Mode, other: Mode): boolean => one === Mode.exclusive || other === Mode.exclusive;

/** Whether the first one waits for the second one where both stand. */
function waitsFor({ wants }: Acquire, { thread, held }: Acquire): boolean {
  if (wants.mode === Mode.join) return wants.lock === thread;
  return held.some(({ lock, mode }) => lock === wants.lock && excludes(mode, wants.mode));
}

/** Whether both can stand where they stand. */
function stand(one: Acquire, other: Acquire): boolean {
  const apart = one.held.every((hold) => other.held.every(({ lock, mode }) => lock !== hold.lock || !excludes(mode, hold.mode)));
  const wantsDiffer = one.wants.lock !== other.wants.lock || (one.wants.mode === Mode.join) !== (other.wants.mode === Mode.join);
  return one.thread !== other.thread && (wantsDiffer || isUpgrade(one) || isUpgrade(other)) && apart;
}

/** Whether it wants exclusively what it shares. */
function isUpgrade({ wants, held }: Acquire): boolean {
  return wants.mode === Mode.exclusive && held.some(({ lock, mode }) => lock === wants.lock && mode === Mode.shared);
}

/** All cycles of acquires that can stand still together; `isLeast`: without a smaller one among them. */
function allPatterns(all: readonly Acquire[]): { readonly key: string; readonly size: number; readonly isLeast: boolean }[] {
  const patterns = new Map<string, { key: string; size: number; isLeast: boolean }>();
  const extend = (chain: readonly Acquire[]): void => {
    if (chain.length > 1 && waitsFor(chain.at(-1)!, chain[0]!)) {
      const key = keyOf(chain.map(nameOf));
      const isLeast = chain.every((one, i) => chain.every((other, j) => i === j || j === (i + 1) % chain.length || !waitsFor(one, other)));
      patterns.set(key, { key, size: chain.length, isLeast: isLeast || patterns.get(key)?.isLeast === true });
    }
    for (const next of all) if (waitsFor(chain.at(-1)!, next) && chain.every((other) => stand(other, next))) extend([...chain, next]);
  };
  for (const acquire of all) extend([acquire]);
  return [...patterns.values()];
}

const keys = (patterns: readonly { readonly key: string }[]): string[] => patterns.map(({ key }) => key).toSorted();

test('the patterns of mutexes are all that there are, up to the longest cycle; what is cut off is said', () => {
  fc.assert(
    fc.property(nestings([Mode.exclusive], fc.constant(undefined)), fc.integer({ min: 2, max: 5 }), (all, maxCycle) => {
      const expected = allPatterns(acquires(all));
      const { patterns, truncated } = found(all, maxCycle);
      expect(patterns).toEqual(keys(expected.filter(({ size }) => size <= maxCycle)));
      if (expected.some(({ size }) => size > maxCycle)) expect(truncated).toBe(true);
      if (maxCycle > THREADS) expect(truncated).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('with threads that are joined, too', () => {
  fc.assert(
    fc.property(nestings([Mode.exclusive], fc.option(fc.nat(THREADS - 1), { nil: undefined })), (all) => {
      const expected = allPatterns(acquires(all)).filter(({ isLeast }) => isLeast);
      const { patterns } = found(all, 5);
      expect(keys(allPatterns(acquires(all)))).toEqual(expect.arrayContaining(patterns));
      expect(patterns).toEqual(expect.arrayContaining(keys(expected)));
    }),
    { numRuns: 300 },
  );
});

test('with readers, all that have no smaller pattern in them, and none that is no pattern', () => {
  fc.assert(
    fc.property(nestings([Mode.exclusive, Mode.shared], fc.constant(undefined)), (all) => {
      const every = allPatterns(acquires(all));
      const { patterns } = found(all, 5);
      expect(keys(every)).toEqual(expect.arrayContaining(patterns));
      expect(patterns).toEqual(expect.arrayContaining(keys(every.filter(({ isLeast }) => isLeast))));
    }),
    { numRuns: 300 },
  );
});

test('two threads that share a lock and both want it exclusively are a pattern', () => {
  fc.assert(
    fc.property(nestings([Mode.exclusive, Mode.shared], fc.constant(undefined), 2), (all) => {
      const every = allPatterns(acquires(all));
      const { patterns } = found(all, 5);
      expect(keys(every)).toEqual(expect.arrayContaining(patterns));
      expect(patterns).toEqual(expect.arrayContaining(keys(every.filter(({ isLeast }) => isLeast))));
    }),
    { numRuns: 300 },
  );
  const upgrade: Nesting = { thread: 0, holds: [Mode.shared, Mode.exclusive].map((mode) => ({ lock: 0, mode })), joins: undefined };
  expect(found([upgrade, { ...upgrade, thread: 1 }], 2).patterns).toHaveLength(1);
});

test('no cycle is refuted that is a pattern', () => {
  fc.assert(
    fc.property(nestings([Mode.exclusive, Mode.shared], fc.option(fc.nat(THREADS - 1), { nil: undefined })), (all) => {
      const expected = new Set(keys(allPatterns(acquires(all))));
      const { refuted } = found(all, 5);
      expect([...refuted.keys()].filter((key) => expected.has(key))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
