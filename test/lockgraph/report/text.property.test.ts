import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis, Finding, HistoryEntry, Place, Waiter } from '../../../packages/lockgraph/src/detect/finding.js';
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
  fc.constantFrom('self-deadlock', 'deadlock', 'orphaned-lock', 'hang', 'unlock-not-held', 'unlock-foreign', 'exit-holding', 'destroy-held', 'init-held', 'a/b'),
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
const entry = record<HistoryEntry>(
  {
    ...place,
    thread: name,
    what: fc.oneof(fc.constantFrom('request', 'acquire', 'release', 'operation', 'note', 'join', 'exit'), name),
    lock: name,
    other: name,
    note,
    misuse: kind,
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
    held: names,
    requestedAt: places,
    acquiredAt: places,
  },
  ['thread', 'wants', 'mode', 'held', 'requestedAt'],
);
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
    schedule: fc.array(fc.integer({ min: 1 })),
  },
  ['id', 'kind', 'evidence', 'threads', 'locks', 'cycle', 'history', 'count'],
);
const analysis: fc.Arbitrary<Analysis> = fc.record({
  source: fc.record({ name, events: number, threads: number, locks: number, operations: fc.nat(9), complete: fc.boolean() }),
  findings: fc.array(finding, { maxLength: 3 }),
  refuted: fc.constant({ 'gate-lock': 2 } as const),
  refutedPatterns: fc.constant([]),
  search: fc.constant({ maxCycle: 5, truncated: [] }),
});

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
