import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis, Finding, HistoryEntry, Place, RefutedPattern, SuppressionUse, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';
import { describe as message } from '../../../packages/lockgraph/src/report/describe.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';

/** Optional fields are there or absent, never undefined. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: (keyof T)[]): fc.Arbitrary<T> {
  return fc.record(model, { requiredKeys }) as fc.Arbitrary<T>;
}

const name = fc.oneof(fc.constantFrom('t0', 't1', 'm', 'log', '__proto__', '\u001b[2J', ''), fc.string({ unit: 'binary', maxLength: 100 }));
const names = fc.array(name, { maxLength: 4 });
const number = fc.integer({ min: 1, max: 20 });
const kind = fc.oneof(
  fc.constantFrom('self-deadlock', 'deadlock', 'orphaned-lock', 'hang', 'unlock-not-held', 'unlock-foreign', 'exit-holding', 'destroy-held', 'init-held', 'lock-order', 'rank-violation', 'a/b'),
  name,
);
const place = {
  event: number,
  line: number,
  site: name,
  stack: names,
  operation: fc.oneof(
    number.map((n) => `call #${n}`),
    name,
  ),
  operationNumber: number,
  arguments: fc.dictionary(name, fc.integer(), { maxKeys: 2 }),
};
const places = record<Place>(place, ['event']);
const note = record<NonNullable<HistoryEntry['note']>>(
  { kind, data: fc.dictionary(name, fc.oneof(name, fc.double(), fc.boolean())), operations: fc.array(number), template: fc.oneof(fc.constant('{m} is {t0}'), name) },
  ['kind', 'data', 'operations'],
);
const shared = fc.constantFrom('shared', 'upgradable', 'permits');
const entry = record<HistoryEntry>(
  {
    ...place,
    thread: name,
    what: fc.oneof(fc.constantFrom('request', 'acquire', 'release', 'cancel', 'wake', 'init', 'destroy', 'operation', 'note', 'spawn', 'join', 'exit'), name),
    lock: name,
    mode: shared,
    other: name,
    note,
    misuse: kind,
    heldAs: fc.uniqueArray(fc.constantFrom('exclusive', 'shared', 'upgradable'), { minLength: 1 }),
    first: fc.constant(true as const),
  },
  ['event', 'thread', 'what'],
);
const waiter = record<Waiter>(
  {
    thread: name,
    wants: name,
    mode: fc.constantFrom('exclusive', 'shared', 'upgradable', 'permits', 'join'),
    holds: name,
    holdsMode: shared,
    held: names,
    heldCut: number,
    requestedAt: places,
    acquiredAt: places,
  },
  ['thread', 'wants', 'mode', 'held', 'requestedAt'],
);
const runs = fc.array(fc.record({ thread: name, from: number, to: number, steps: number }), { maxLength: 30 });
const finding = record<Finding>(
  {
    id: name,
    kind,
    evidence: fc.constantFrom('observed', 'proved', 'possible'),
    threads: names,
    locks: names,
    cycle: fc.array(waiter, { maxLength: 6 }),
    history: fc.array(entry, { maxLength: 30 }),
    count: number,
    broken: fc.constant(true as const),
    brokenBy: entry,
    schedule: fc.array(fc.integer({ min: 1 })),
    runs,
    scheduleCut: fc.dictionary(name, number),
    unproved: fc.constantFrom('accesses', 'incomplete', 'searched', 'gave-up', 'kept-order', 'storage'),
    byClass: fc.constant(true as const),
    ranks: fc.record({ wanted: fc.integer(), held: fc.integer(), of: fc.constantFrom('rank', 'key') }),
  },
  ['id', 'kind', 'evidence', 'threads', 'locks', 'cycle', 'history', 'count'],
);
const reason = fc.constantFrom('same-thread', 'never-together', 'gate-lock', 'ordered', 'try-lock', 'readers', 'unreachable');
const pattern = record<RefutedPattern>({ reason, cycle: fc.array(fc.record({ thread: name, wants: name, holds: name }), { maxLength: 3 }), by: name }, ['reason', 'cycle']);
const suppression = record<SuppressionUse>({ locks: fc.tuple(name, name), site: name, reason: name, matched: fc.nat(2), overruled: number }, ['reason', 'matched']);
const truncated = fc.uniqueArray(fc.constantFrom('cycles', 'patterns', 'schedules', 'events', 'storage'));
const search = record<Analysis['search']>(
  {
    maxCycle: number,
    truncated,
    storage: fc.record({ folder: name, error: name }),
    observedOnly: fc.uniqueArray(fc.constantFrom('semaphore', 'barrier', 'condition'), { minLength: 1 }),
  },
  ['maxCycle', 'truncated'],
);
const analysis: fc.Arbitrary<Analysis> = record<Analysis>({
  source: fc.record({ name, events: number, threads: number, locks: number, operations: fc.nat(9), complete: fc.boolean() }),
  findings: fc.array(finding, { maxLength: 3 }),
  refuted: fc.dictionary(reason, fc.nat(3)),
  refutedPatterns: fc.array(pattern, { maxLength: 4 }),
  search,
  suppressions: fc.array(suppression, { maxLength: 4 }),
}, ['source', 'findings', 'refuted', 'refutedPatterns', 'search']);

const quiet: Analysis = {
  source: { name: 'run', events: 1, threads: 2, locks: 2, operations: 0, complete: true },
  findings: [],
  refuted: {},
  refutedPatterns: [],
  search: { maxCycle: 5, truncated: [] },
};

/** Controls, formats, separators, lone surrogates; the end of a line is ours. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('the text of any analysis', () => {
  it('is made without an error, and lets no character through that acts on a terminal', () => {
    fc.assert(
      fc.property(analysis, fc.boolean(), (any, verbose) => {
        const text = renderText(any, { verbose });
        expect(UNSAFE.test(text)).toBe(false);
        expect(text).not.toMatch(/undefined|\[object|\n\n\n/);
      }),
    );
  });

  it('has messages of one line', () => {
    fc.assert(
      fc.property(finding, (any) => {
        expect(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(message(any))).toBe(false);
        expect(message(any)).not.toBe('');
      }),
    );
  });
});

describe('what is said of a cycle that was not observed', () => {
  it('never says that it happened', () => {
    const predicted = finding.map((any): Finding => {
      const { broken: _, brokenBy: __, ...rest } = any;
      return { ...rest, kind: 'lock-order', evidence: 'proved' };
    });
    const plain = fc.record({ thread: fc.constantFrom('T1', 'T2'), wants: fc.constantFrom('A', 'B'), holds: fc.constantFrom('A', 'B'), mode: fc.constant('exclusive' as const) });
    fc.assert(
      fc.property(predicted, fc.array(plain, { minLength: 2, maxLength: 4 }), fc.boolean(), (any, cycle, verbose) => {
        const waiters = cycle.map((one, i): Waiter => ({ ...one, held: [one.holds], requestedAt: { event: 10 + i }, acquiredAt: { event: i + 1 } }));
        const text = renderText({ ...quiet, findings: [{ ...any, threads: ['T1', 'T2'], history: [], cycle: waiters }] }, { verbose });
        expect(text).toMatch(/can come to wait for each other/);
        expect(text).not.toMatch(/stands still|never released|\(observed\)/);
      }),
    );
  });
});
