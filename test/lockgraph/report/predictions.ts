/** Analyses of what could happen, made by hand as the predictors would make them from a text trace. */
import type { Analysis, Finding, HistoryEntry, Place, ScheduleRun, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';
import { analysisOf, findingOf } from './analyses.js';

const source = { name: 'run.std', events: 412, threads: 3, locks: 4 };

/** In a text trace with one event a line. */
function at(line: number): Place {
  return { event: line, line };
}

/** `holds` taken at one line, `wants` at a later one. */
export function nested(thread: string, [holds, taken]: [string, number], [wants, wanted]: [string, number], others: readonly string[] = []): Waiter {
  return { thread, wants, mode: 'exclusive', holds, held: [...others, holds], requestedAt: at(wanted), acquiredAt: at(taken) };
}

export function lockOrder(cycle: readonly Waiter[], finding: Partial<Finding> = {}): Finding {
  return findingOf({ kind: 'lock-order', evidence: 'possible', threads: cycle.map(({ thread }) => thread), locks: cycle.map(({ wants }) => wants), cycle, ...finding });
}

const crossed = [nested('T1', ['A', 4], ['B', 6]), nested('T2', ['B', 11], ['A', 12], ['C'])];

/** T1 takes A then B, T2 takes B then A; T1 starts T2. */
export function provedPair(): Analysis {
  const runs: ScheduleRun[] = [
    { thread: 'T1', from: 1, to: 5, steps: 5 },
    { thread: 'T2', from: 9, to: 11, steps: 3 },
  ];
  return analysisOf([lockOrder(crossed, { evidence: 'proved', schedule: [1, 2, 3, 4, 5, 9, 10, 11], runs })], source);
}

/** Three threads, and a fourth that must run first; they take turns for long. */
export function provedRing(): Analysis {
  const cycle = [nested('T1', ['A', 151], ['B', 310]), nested('T2', ['B', 301], ['C', 320]), nested('T3', ['C', 50], ['A', 400])];
  const turns = ['main', ...Array.from({ length: 200 }, (_, i) => `T${(i % 3) + 1}`)];
  const runs = turns.map((thread, i): ScheduleRun => {
    const from = 1 + i + Math.floor(i / 2);
    return { thread, from, to: from + (i % 2), steps: 1 + (i % 2) };
  });
  const schedule = Array.from({ length: 301 }, (_, i) => i + 1);
  return analysisOf([lockOrder(cycle, { evidence: 'proved', schedule, runs })], { ...source, threads: 4 });
}

/** A schedule of more steps than a finding lists. */
export function provedLong(): Analysis {
  const cycle = [nested('T1', ['A', 990_001], ['B', 990_007]), nested('T2', ['B', 1_204_113], ['A', 1_204_114])];
  return analysisOf([lockOrder(cycle, { evidence: 'proved', scheduleCut: { main: 17, T1: 990_006, T2: 1_204_113 } })], source);
}

export function possible(unproved?: Finding['unproved']): Analysis {
  return analysisOf([lockOrder(crossed, unproved === undefined ? {} : { unproved })], source);
}

/** main waits for worker to end while it holds the lock that worker takes. */
export function provedJoin(): Analysis {
  const cycle: Waiter[] = [
    { thread: 'main', wants: 'worker', mode: 'join', holds: 'config', held: ['config'], requestedAt: at(9), acquiredAt: at(8) },
    { thread: 'worker', wants: 'config', mode: 'exclusive', held: [], requestedAt: at(4) },
  ];
  const runs: ScheduleRun[] = [
    { thread: 'main', from: 1, to: 2, steps: 2 },
    { thread: 'worker', from: 3, to: 3, steps: 1 },
    { thread: 'main', from: 7, to: 8, steps: 2 },
  ];
  return analysisOf([findingOf({ kind: 'deadlock', evidence: 'proved', threads: ['main', 'worker'], locks: ['config'], cycle, schedule: [1, 2, 3, 7, 8], runs })], source);
}

/** Two runs of one program, each with a thread called `main`. */
export function byClass(): Analysis {
  const from = (run: string, line: number): Place => ({ event: line, site: `src/${run}.ts:${line}:9` });
  const cycle: Waiter[] = [
    { thread: 'main', wants: 'index', mode: 'exclusive', holds: 'account', held: ['account'], requestedAt: from('pay', 31), acquiredAt: from('pay', 30) },
    { thread: 'main', wants: 'account', mode: 'exclusive', holds: 'index', held: ['index'], requestedAt: from('audit', 12), acquiredAt: from('audit', 8) },
  ];
  return analysisOf([lockOrder(cycle, { byClass: true, threads: ['main'], count: 4 })], { ...source, name: 'merged' });
}

export function rankViolation(of: 'rank' | 'key' = 'rank'): Analysis {
  const [wanted, held] = of === 'rank' ? ['m2', 'm1'] : ['account:2', 'account:5'];
  const ranks = of === 'rank' ? { wanted: 3, held: 9, of } : { wanted: 2, held: 5, of };
  const history: HistoryEntry[] = [
    { ...at(3), thread: 't0', what: 'acquire', lock: held! },
    { ...at(7), thread: 't0', what: 'request', lock: wanted!, misuse: 'rank-violation', first: true },
  ];
  return analysisOf([findingOf({ kind: 'rank-violation', threads: ['t0'], locks: [wanted!, held!], ranks, history })], source);
}

export function refuted(): Analysis {
  const pair = (one: string, other: string) => [
    { thread: one, wants: 'B', holds: 'A' },
    { thread: other, wants: 'A', holds: 'B' },
  ];
  return {
    ...analysisOf([], source),
    refuted: { 'gate-lock': 12, 'same-thread': 1, ordered: 2, 'try-lock': 1, readers: 1, 'never-together': 1, unreachable: 1 },
    refutedPatterns: [
      { reason: 'gate-lock', cycle: pair('T1', 'T2'), by: 'G' },
      { reason: 'gate-lock', cycle: [...pair('T1', 'T2'), { thread: 'T3', wants: 'A', holds: 'C' }], by: 'G' },
      { reason: 'same-thread', cycle: pair('T1', 'T1') },
      {
        reason: 'ordered',
        cycle: [
          { thread: 'main', wants: 'worker', holds: 'A' },
          { thread: 'worker', wants: 'A', holds: 'worker' },
        ],
      },
      { reason: 'try-lock', cycle: pair('T1', 'T3'), by: 'B' },
      { reason: 'readers', cycle: pair('T2', 'T3'), by: 'A' },
    ],
  };
}

export function suppressed(): Analysis {
  return {
    ...possible('accesses'),
    suppressions: [
      { locks: ['cache.*', 'index'], reason: 'the cache is filled before any other thread is started', matched: 3 },
      { site: 'src/legacy.ts:*', reason: 'goes away with the old importer', matched: 0 },
      { site: 'src/bank.ts:14:33', reason: 'the account is private to the bank', matched: 1 },
    ],
  };
}

/** `count` patterns, of which the last two are proved. */
export function many(count: number): Analysis {
  const findings = Array.from({ length: count }, (_, i) => {
    const cycle = [nested(`T${i}`, [`A${i}`, 4], [`B${i}`, 6]), nested(`T${i + 1}`, [`B${i}`, 11], [`A${i}`, 12])];
    const runs = cycle.map(({ thread, acquiredAt }): ScheduleRun => ({ thread, from: acquiredAt!.event, to: acquiredAt!.event, steps: 1 }));
    return lockOrder(cycle, i < count - 2 ? { unproved: 'searched' } : { evidence: 'proved', schedule: [4, 11], runs });
  });
  return analysisOf(findings, { ...source, threads: count + 1, locks: 2 * count });
}
