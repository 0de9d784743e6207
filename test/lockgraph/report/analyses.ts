/** Analyses made by hand, as the detectors would make them, for tests of what a report says. */
import type { Analysis, Finding, HistoryEntry, Place, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';

export function analysisOf(findings: readonly Finding[], source: Partial<Analysis['source']> = {}): Analysis {
  return {
    source: { name: 'run.jsonl', events: 24, threads: 2, locks: 2, operations: 0, complete: true, ...source },
    findings,
    refuted: {},
    refutedPatterns: [],
    search: { maxCycle: 5, truncated: [] },
  };
}

export function findingOf(finding: Partial<Finding> & Pick<Finding, 'kind'>): Finding {
  return { id: `${finding.kind}-1f3a`, evidence: 'observed', threads: [], locks: [], cycle: [], history: [], count: 1, ...finding };
}

function call(event: number, number: number, name: string, values: Record<string, number>, stack?: readonly string[]): Place {
  return { event, operation: `${name} #${number}`, operationNumber: number, arguments: values, ...(stack === undefined ? {} : { stack }) };
}

const mismatch = {
  kind: 'alloc/size-mismatch',
  template: 'the block has {usable} bytes: it goes to bin {cached} of the thread cache, but belongs to bin {true}',
};

/** A thread cache that is told wrong sizes gives a bin's lock back without holding it, and keeps it in the end. */
export function allocatorSelfDeadlock(): Analysis {
  const flush = ['sdallocx', 'tcache_dalloc_small', 'tcache_bin_flush_small(bin 2)'];
  const run = [...flush, 'arena_dalloc_bin_run(bin 3)'];
  const lock = 'arena0.bin[3].lock';
  const history: HistoryEntry[] = [];
  for (let n = 601; n <= 1000; n++) {
    const at = call(10 + 3 * n, n, 'sdallocx', { block: n - 600, claimed: 32 });
    history.push({ ...at, thread: 't0', what: 'operation' });
    history.push({
      ...at,
      event: at.event + 1,
      thread: 't0',
      what: 'note',
      note: { ...mismatch, data: { usable: 48, cached: 2, true: 3 }, operations: [n] },
      ...(n === 601 ? { first: true as const } : {}),
    });
  }
  const step = (event: number, what: string, stack: readonly string[], wanted: string, misuse?: string): HistoryEntry => ({
    ...call(event, 1001, 'sdallocx', { block: 401, claimed: 32 }, stack),
    thread: 't0',
    what,
    lock: wanted,
    ...(misuse === undefined ? {} : { misuse }),
  });
  history.push({ ...call(3100, 1001, 'sdallocx', { block: 401, claimed: 32 }, flush), thread: 't0', what: 'operation' });
  history.push({
    ...call(3101, 1001, 'sdallocx', { block: 401, claimed: 32 }, flush),
    thread: 't0',
    what: 'note',
    note: {
      kind: 'alloc/flush',
      template: 'bin {cached} of the thread cache is full and gives back its oldest {count} blocks, {wrong} of which belong to another bin',
      data: { cached: 2, count: 100, wrong: 100 },
      operations: Array.from({ length: 400 }, (_, i) => 601 + i),
    },
  });
  history.push(
    step(3102, 'request', flush, 'arena0.bin[2].lock'),
    step(3103, 'acquire', flush, 'arena0.bin[2].lock'),
    step(3104, 'release', run, lock, 'unlock-not-held'),
    step(3105, 'request', run, 'arena0.lock'),
    step(3106, 'acquire', run, 'arena0.lock'),
    step(3107, 'release', run, 'arena0.lock'),
    step(3108, 'request', run, lock),
    step(3109, 'acquire', run, lock),
    step(3110, 'release', flush, 'arena0.bin[2].lock'),
  );
  const fill = ['mallocx', 'tcache_alloc_small_hard', 'arena_tcache_fill_small(bin 3)'];
  const requestedAt = call(3600, 1201, 'mallocx', { size: 48 }, fill);
  history.push({ ...requestedAt, thread: 't0', what: 'request', lock });
  const waiter: Waiter = {
    thread: 't0',
    wants: lock,
    mode: 'exclusive',
    holds: lock,
    held: [lock],
    requestedAt,
    acquiredAt: call(3109, 1001, 'sdallocx', { block: 401, claimed: 32 }, run),
  };
  const unlock = findingOf({ kind: 'unlock-not-held', threads: ['t0'], locks: [lock], history: history.filter((e) => e.misuse !== undefined) });
  const sizes = findingOf({
    kind: 'alloc/size-mismatch',
    threads: ['t0'],
    history: history.slice(0, 2),
    count: 600,
  });
  const dead = findingOf({ kind: 'self-deadlock', threads: ['t0'], locks: [lock], cycle: [waiter], history });
  return analysisOf([sizes, unlock, dead], { name: 'tiny-48as32.bad.trace', events: 3600, threads: 1, locks: 9, operations: 1201 });
}

/** Two transfers in opposite directions, each with the account of its own source first. */
export function transfers(): Analysis {
  const [ab, ba] = ['transfer(alice → bob)', 'transfer(bob → alice)'];
  const taken = { site: 'src/bank.ts:14:33', stack: ['main', 'transfer'] };
  const wanted = { site: 'src/bank.ts:16:31', stack: ['main', 'transfer'] };
  const cycle: Waiter[] = [
    {
      thread: ab,
      wants: 'account:bob',
      mode: 'exclusive',
      holds: 'account:alice',
      held: ['account:alice'],
      requestedAt: { event: 3, ...wanted },
      acquiredAt: { event: 1, ...taken },
    },
    {
      thread: ba,
      wants: 'account:alice',
      mode: 'exclusive',
      holds: 'account:bob',
      held: ['ledger', 'account:bob'],
      requestedAt: { event: 4, ...wanted },
      acquiredAt: { event: 2, ...taken },
    },
  ];
  const history: HistoryEntry[] = [
    { event: 1, ...taken, thread: ab, what: 'acquire', lock: 'account:alice' },
    { event: 2, ...taken, thread: ba, what: 'acquire', lock: 'account:bob' },
    { event: 3, ...wanted, thread: ab, what: 'request', lock: 'account:bob' },
    { event: 4, ...wanted, thread: ba, what: 'request', lock: 'account:alice' },
  ];
  return analysisOf([findingOf({ kind: 'deadlock', threads: [ab, ba], locks: ['account:bob', 'account:alice'], cycle, history })], {
    name: 'transfer.ts',
    events: 4,
  });
}

function lineAt(event: number): Place {
  return { event, line: event + 8 };
}

/** main joins worker, worker waits for a lock that the logger holds, the logger for one that main holds. */
export function joinCycle(): Analysis {
  const cycle: Waiter[] = [
    { thread: 'main', wants: 'worker', mode: 'join', holds: 'config', held: ['config'], requestedAt: lineAt(9), acquiredAt: lineAt(2) },
    { thread: 'worker', wants: 'log', mode: 'exclusive', held: [], requestedAt: lineAt(8) },
    { thread: 'logger', wants: 'config', mode: 'shared', holds: 'log', held: ['log'], requestedAt: lineAt(7), acquiredAt: lineAt(4) },
  ];
  return analysisOf([findingOf({ kind: 'deadlock', threads: ['main', 'worker', 'logger'], locks: ['log', 'config'], cycle })], { threads: 3 });
}

/** A ring of `size` philosophers. */
export function philosophers(size: number): Analysis {
  const cycle: Waiter[] = Array.from({ length: size }, (_, i) => ({
    thread: `philosopher ${i}`,
    wants: `fork ${(i + 1) % size}`,
    mode: 'exclusive',
    holds: `fork ${i}`,
    held: [`fork ${i}`],
    requestedAt: { event: size + i + 1, stack: ['dine', 'take'] },
    acquiredAt: { event: i + 1, stack: ['dine', 'take'] },
  }));
  const finding = findingOf({ kind: 'deadlock', threads: cycle.map((w) => w.thread), locks: cycle.map((w) => w.wants), cycle });
  return analysisOf([finding], { events: 2 * size, threads: size, locks: size });
}

export function orphanedLock(): Analysis {
  const history: HistoryEntry[] = [
    { event: 5, thread: 't1', what: 'acquire', lock: 'queue.lock', stack: ['consume', 'pop'] },
    { event: 9, thread: 't1', what: 'exit', stack: ['consume'] },
    { event: 12, thread: 't0', what: 'request', lock: 'queue.lock', stack: ['produce', 'push'] },
  ];
  const cycle: Waiter[] = [
    { thread: 't0', wants: 'queue.lock', mode: 'exclusive', held: ['stats.lock'], requestedAt: { event: 12, stack: ['produce', 'push'] } },
  ];
  return analysisOf([
    findingOf({ kind: 'orphaned-lock', threads: ['t0', 't1'], locks: ['queue.lock'], cycle, history }),
    findingOf({ kind: 'exit-holding', threads: ['t1'], locks: ['queue.lock'], history: [{ ...history[1]!, misuse: 'exit-holding' }] }),
  ]);
}

export function hang(): Analysis {
  const cycle: Waiter[] = [
    { thread: 'reader', wants: 'slots', mode: 'permits', held: [], requestedAt: { event: 20, stack: ['read', 'slots.wait'] } },
    { thread: 'writer', wants: 'slots', mode: 'permits', held: ['index'], requestedAt: { event: 23, stack: ['write', 'slots.wait'] } },
  ];
  return analysisOf([findingOf({ kind: 'hang', threads: ['reader', 'writer'], locks: ['slots'], cycle })], { complete: false });
}

export function misuseOf(kind: string): Analysis {
  const what = { 'exit-holding': 'exit', 'destroy-held': 'destroy', 'init-held': 'init' }[kind] ?? 'release';
  const history: HistoryEntry[] = [
    { event: 3, thread: 't0', what: 'acquire', lock: 'm', site: 'src/pool.ts:20:9' },
    { event: 7, thread: 't1', what, ...(what === 'exit' ? {} : { lock: 'm' }), site: 'src/pool.ts:31:9', misuse: kind, first: true },
  ];
  const alone = kind === 'unlock-not-held' || kind === 'exit-holding';
  return analysisOf([findingOf({ kind, threads: alone ? ['t1'] : ['t1', 't0'], locks: ['m'], count: 3, history: alone ? history.slice(1) : history })]);
}

/** Names that would clear the screen, reverse the line, or end it. */
export function hostileNames(): Analysis {
  const thread = '__proto__';
  const lock = 'a\u001b[2J\nb\u202ec\u200bd';
  const data = Object.fromEntries([
    ['__proto__', 'x\u001b]0;owned\u0007'],
    ['size', 48],
  ]);
  const history: HistoryEntry[] = [
    {
      event: 1,
      thread,
      what: 'note',
      stack: ['constructor', `f${'o'.repeat(200)}`],
      operation: '\u001b[31mcall #1',
      operationNumber: 1,
      arguments: Object.fromEntries([['__proto__', 1]]),
      note: { kind: 'model/__proto__', data, operations: [1], template: '{__proto__} has {size} bytes, {toString} is no slot\r' },
      first: true,
    },
  ];
  return analysisOf(
    [
      findingOf({ kind: 'model/__proto__', threads: [thread], locks: [], history, count: 2 }),
      findingOf({ kind: 'unlock-not-held', threads: [thread], locks: [lock], history: [{ event: 2, thread, what: 'release', lock, misuse: 'unlock-not-held' }] }),
    ],
    { name: 'x\u001b[2J.jsonl', threads: 1, locks: 1 },
  );
}

/** Two threads share a lock, and both want it for themselves. */
export function readersThatWantToWrite(): Analysis {
  const waiter = (thread: string, requested: number, acquired: number): Waiter => ({
    thread,
    wants: 'table',
    mode: 'exclusive',
    holds: 'table',
    holdsMode: 'shared',
    held: ['table'],
    requestedAt: { event: requested },
    acquiredAt: { event: acquired },
  });
  const cycle = [waiter('r1', 3, 1), waiter('r2', 4, 2)];
  const history: HistoryEntry[] = [
    { event: 1, thread: 'r1', what: 'acquire', lock: 'table', mode: 'shared' },
    { event: 2, thread: 'r2', what: 'acquire', lock: 'table', mode: 'shared' },
    { event: 3, thread: 'r1', what: 'request', lock: 'table' },
    { event: 4, thread: 'r2', what: 'request', lock: 'table' },
  ];
  return analysisOf([findingOf({ kind: 'self-deadlock', threads: ['r1', 'r2'], locks: ['table'], cycle, history })], { events: 4, locks: 1 });
}
