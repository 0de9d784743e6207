import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../packages/lockgraph/src/detect/finding.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { LockInfo } from '../../../packages/lockgraph/src/trace/registry.js';
import { Run, story } from './run.js';

/** A run with locks of these properties, by name. */
function runWith(locks: Readonly<Record<string, Partial<LockInfo>>>): Run {
  const run = new Run();
  for (const [name, info] of Object.entries(locks)) run.lock(name, info);
  return run;
}

/** Which pairs were taken in which wrong order, as `b<a rank 1<2`. */
function violations(run: Run): string[] {
  return run.findings
    .filter((finding) => finding.kind === 'rank-violation')
    .map(({ locks, ranks }) => `${locks.join('<')} ${ranks!.of} ${ranks!.wanted}<${ranks!.held}`);
}

describe('ranks', () => {
  test('a lock of lower rank than one that is held breaks the order, without a cycle', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    run.take('t0', 'b', 'a');
    expect(run.findings).toMatchObject([
      {
        kind: 'rank-violation',
        evidence: 'observed',
        threads: ['t0'],
        locks: ['a', 'b'],
        cycle: [],
        ranks: { wanted: 1, held: 2, of: 'rank' },
        count: 1,
      },
    ]);
  });

  test('locks in rising rank are in order', () => {
    const run = runWith({ a: { rank: -1.5 }, b: { rank: 0 }, c: { rank: 0xffff_ffff } });
    run.take('t0', 'a', 'b', 'c');
    expect(run.findings).toEqual([]);
  });

  test('two locks of equal rank are not held together', () => {
    const run = runWith({ a: { rank: 7 }, b: { rank: 7 } });
    run.take('t0', 'a', 'b');
    expect(violations(run)).toEqual(['b<a rank 7<7']);
  });

  test('a lock without a rank is compared with none', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    run.take('t0', 'b', 'free', 'a');
    expect(violations(run)).toEqual(['a<b rank 1<2']);
    run.take('t1', 'a', 'free', 'b');
    expect(violations(run)).toHaveLength(1);
  });

  test('all that is held is compared, not the last lock only', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 }, c: { rank: 3 } });
    run.take('t0', 'c', 'b', 'a');
    expect(violations(run)).toEqual(['b<c rank 2<3', 'a<c rank 1<3', 'a<b rank 1<2']);
  });

  test('a lock that was given back is compared no more', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    run.take('t0', 'b');
    run.release('t0', 'b');
    run.take('t0', 'a');
    expect(run.findings).toEqual([]);
  });

  test('what another thread holds is not compared', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    run.take('t0', 'b');
    run.take('t1', 'a');
    expect(run.findings).toEqual([]);
  });
});

describe('what cannot wait', () => {
  test('a try-lock breaks no order, and counts for what is wanted later', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 }, c: { rank: 3 } });
    run.take('t0', 'b');
    run.acquire('t0', 'a');
    expect(run.findings).toEqual([]);
    run.acquire('t0', 'c');
    run.take('t0', 'b');
    expect(violations(run)).toEqual(['b<c rank 2<3']);
  });

  test('a recursive lock that is held is taken again without a look at the order', () => {
    const run = runWith({ a: { rank: 1, recursive: true }, b: { rank: 2 } });
    run.take('t0', 'a', 'b', 'a');
    expect(run.findings).toEqual([]);
  });

  test('a lock that its holder wants again is a self-deadlock, and no matter of order', () => {
    const run = runWith({ a: { rank: 1, key: 1 } });
    run.take('t0', 'a');
    run.want('t0', 'a');
    expect(run.kinds).toEqual(['self-deadlock']);
  });

  test('a thread whose end is awaited has no rank', () => {
    const run = runWith({ a: { rank: 2 }, b: { rank: 1 } });
    for (const thread of ['t0', 't1']) run.registry.threads.id(thread);
    run.take('t0', 'a');
    run.wantJoin('t0', 't1');
    expect(run.findings).toEqual([]);
  });
});

test('a request that is granted in the same event breaks the order, too', () => {
  const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
  run.takeAtOnce('t0', 'b');
  run.takeAtOnce('t0', 'a');
  expect(violations(run)).toEqual(['a<b rank 1<2']);
});

test('a request that waits, and is given up, breaks the order all the same', () => {
  const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
  run.take('t1', 'a');
  run.take('t0', 'b');
  run.want('t0', 'a');
  run.cancel('t0', 'a');
  expect(violations(run)).toEqual(['a<b rank 1<2']);
});

describe('keys', () => {
  const accounts = { x: { class: 'account', key: 1 }, y: { class: 'account', key: 2 } };

  test('two locks of a class with keys are taken in rising key', () => {
    const run = runWith(accounts);
    run.take('t0', 'x', 'y');
    expect(run.findings).toEqual([]);
    run.take('t1', 'y', 'x');
    expect(violations(run)).toEqual(['x<y key 1<2']);
  });

  test('two locks of a class with one key are not held together', () => {
    const run = runWith({ x: { class: 'account', key: 1 }, y: { class: 'account', key: 1 } });
    run.take('t0', 'x', 'y');
    expect(violations(run)).toEqual(['y<x key 1<1']);
  });

  test('keys of two classes are not compared', () => {
    const run = runWith({ x: { class: 'account', key: 2 }, y: { class: 'ledger', key: 1 } });
    run.take('t0', 'x', 'y');
    expect(run.findings).toEqual([]);
  });

  test('rising keys let locks of one class and rank nest, and falling ones do not', () => {
    const run = runWith({ x: { class: 'account', rank: 5, key: 1 }, y: { class: 'account', rank: 5, key: 2 } });
    run.take('t0', 'x', 'y');
    expect(run.findings).toEqual([]);
    run.take('t1', 'y', 'x');
    expect(violations(run)).toEqual(['x<y key 1<2']);
  });

  test('a rank goes before a key', () => {
    const run = runWith({ x: { class: 'account', rank: 5, key: 2 }, y: { class: 'account', rank: 6, key: 1 } });
    run.take('t0', 'x', 'y');
    expect(run.findings).toEqual([]);
    run.take('t1', 'y', 'x');
    expect(violations(run)).toEqual(['x<y rank 5<6']);
  });

  test('of two locks of one rank, one of which has no key, the rank is what is broken', () => {
    const run = runWith({ x: { class: 'account', rank: 5, key: 1 }, y: { class: 'account', rank: 5 } });
    run.take('t0', 'x', 'y');
    expect(violations(run)).toEqual(['y<x rank 5<5']);
  });
});

describe('a finding', () => {
  test('is one for each pair of locks and stack, and names the threads that did it', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    for (const thread of ['t0', 't1', 't0']) {
      run.take(thread, 'b', 'a');
      run.release(thread, 'a');
      run.release(thread, 'b');
    }
    run.enter('t0', 'elsewhere');
    run.take('t0', 'b', 'a');
    expect(run.findings.map(({ threads, count }) => [threads, count])).toEqual([
      [['t0', 't1'], 3],
      [['t0'], 1],
    ]);
    expect(new Set(run.findings.map(({ id }) => id)).size).toBe(2);
  });

  test('tells where the held lock was taken, and marks the request', () => {
    const registry = new Registry();
    const run = new Run(new Recorder(registry), registry);
    run.lock('a', { rank: 1 });
    run.lock('b', { rank: 2 });
    run.enter('t0', 'outer', 'src/outer.ts:1:1');
    run.begin('t0', 'transfer');
    run.take('t0', 'b');
    run.want('t1', 'b');
    run.take('t0', 'a');
    expect(story(run.findings[0])).toEqual([
      '2 t0 request b',
      '3 t0 acquire b',
      '4 t1 request b',
      '5 t0 request a (rank-violation) !',
    ]);
    expect(run.findings[0]!.history.at(-1)).toMatchObject({ site: 'src/outer.ts:1:1', operation: 'transfer #1' });
  });

  test('tells the acquire and the request where there is no log', () => {
    const run = runWith({ a: { rank: 1 }, b: { rank: 2 } });
    run.take('t0', 'b', 'a');
    expect(story(run.findings[0])).toEqual(['2 t0 acquire b', '3 t0 request a (rank-violation) !']);
  });
});

test('of locks in no order, a stack tells a bounded number of pairs, and counts the rest with its first', () => {
  const run = new Run();
  const names = Array.from({ length: 40 }, (_, i) => `m${i}`);
  for (const [i, name] of names.entries()) run.lock(name, { rank: -i });
  run.take('t0', ...names);
  const pairs = (names.length * (names.length - 1)) / 2;
  expect(run.findings).toHaveLength(256);
  expect(run.findings[0]!.count).toBe(pairs - 255);
});

/** The rule by its words, for locks that are taken one after the other and kept. */
function naive(locks: readonly LockInfo[]): string[] {
  const told: string[] = [];
  for (const [i, wanted] of locks.entries()) {
    for (const held of locks.slice(0, i)) {
      const keyed = held.class === wanted.class && held.key !== undefined && wanted.key !== undefined;
      const ranked = held.rank !== undefined && wanted.rank !== undefined;
      const rises = keyed && held.key! < wanted.key!;
      if (ranked && held.rank! > wanted.rank!) told.push(`${wanted.name}<${held.name} rank`);
      else if (ranked && held.rank === wanted.rank && !rises) told.push(`${wanted.name}<${held.name} ${keyed ? 'key' : 'rank'}`);
      else if (!ranked && keyed && !rises) told.push(`${wanted.name}<${held.name} key`);
    }
  }
  return told;
}

test('whatever ranks, keys and classes locks have, the violations are those of the rule', () => {
  const some = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });
  const lock = fc.record({ rank: some, key: some, class: fc.constantFrom('p', 'q') });
  fc.assert(
    fc.property(fc.array(lock, { maxLength: 8 }), (locks) => {
      const run = new Run();
      const infos = locks.map((info) => run.registry.lock(run.registry.addLock({ ...info, name: 'm' })));
      run.take('t0', ...infos.map(({ name }) => name));
      expect(run.findings.map(({ locks: pair, ranks }: Finding) => `${pair.join('<')} ${ranks!.of}`)).toEqual(naive(infos));
    }),
  );
});
