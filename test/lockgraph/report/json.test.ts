import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson, toJson } from '../../../packages/lockgraph/src/report/json.js';
import * as analyses from './analyses.js';
import * as predictions from './predictions.js';

const schema = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);

function expectValid(text: string): void {
  const valid = validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
  expect(valid).toBe(true);
}

describe('the JSON of a report', () => {
  it.each([
    ['a self-deadlock', analyses.allocatorSelfDeadlock()],
    ['a deadlock', analyses.transfers()],
    ['a cycle with a join', analyses.joinCycle()],
    ['a wide cycle', analyses.philosophers(9)],
    ['an orphaned lock', analyses.orphanedLock()],
    ['a hang', analyses.hang()],
    ['a misuse', analyses.misuseOf('unlock-foreign')],
    ['hostile names', analyses.hostileNames()],
    ['no finding', analyses.analysisOf([])],
    ['a proved cycle', predictions.provedRing()],
    ['a proof that is too long to list', predictions.provedLong()],
    ['a possible cycle', predictions.possible('gave-up')],
    ['a cycle of which not all orders were tried', predictions.possible('kept-order')],
    ['a proved cycle with a join', predictions.provedJoin()],
    ['lock classes', predictions.byClass()],
    ['broken ranks', predictions.rankViolation()],
    ['broken keys', predictions.rankViolation('key')],
    ['what was refuted', predictions.refuted()],
    ['readers that want to write', analyses.readersThatWantToWrite()],
    ['suppressions', predictions.suppressed()],
    ['locks that are not looked at on other schedules', { ...analyses.analysisOf([]), search: { maxCycle: 5, truncated: [], observedOnly: ['barrier'] as const } }],
    ['a search that was cut short', { ...analyses.analysisOf([]), search: { maxCycle: 3, truncated: ['cycles', 'events'] as const } }],
    ['a trace that is cut off', analyses.analysisOf([], { complete: false, cut: { cause: 'gzip', unreadBytes: 7, unreadFrom: 1000 } })],
    ['a trace that is damaged', analyses.analysisOf([], { complete: false, cut: { cause: 'damage', unreadBytes: 7, unreadFrom: 0 } })],
    ['what many runs have shown', analyses.analysisOf([], { events: 0, merged: true })],
    ['events that could not be kept', { ...analyses.analysisOf([]), search: { maxCycle: 3, truncated: ['storage'] as const, storage: { folder: '/tmp', error: 'ENOSPC: no space left on device' } } }],
  ])('follows the schema for %s', (_name, analysis) => {
    expectValid(renderJson([analysis]));
  });

  it('is an array for several traces, in the order given', () => {
    const text = renderJson([analyses.hang(), analyses.transfers()]);
    expectValid(text);
    expect((JSON.parse(text) as { findings: { kind: string }[] }[]).map((report) => report.findings[0]!.kind)).toEqual(['hang', 'deadlock']);
  });

  it('gives names as they are, and escapes them in the message', () => {
    const report = toJson(analyses.hostileNames());
    const unlock = report.findings[1]!;
    expect(unlock.locks).toEqual(['a\u001b[2J\nb\u202ec\u200bd']);
    expect(unlock.message).toBe('__proto__ unlocks a\\u001b[2J\\u000ab\\u202ec\\u200bd, which nobody holds (at event 2)');
    const note = (JSON.parse(renderJson([analyses.hostileNames()])) as typeof report).findings[0]!.history[0]!.note!;
    expect(Object.keys(note.data)).toEqual(['__proto__', 'size']);
  });

  it('has its keys in a fixed order', () => {
    const [finding] = toJson(analyses.orphanedLock()).findings;
    expect(Object.keys(finding!)).toEqual(['id', 'kind', 'evidence', 'message', 'count', 'threads', 'locks', 'cycle', 'history']);
  });

  it('has the keys of a prediction in a fixed order, whatever the order in the finding', () => {
    const all = {
      ...predictions.rankViolation().findings[0]!,
      ...predictions.provedLong().findings[0]!,
      ...predictions.provedPair().findings[0]!,
      byClass: true as const,
      broken: true as const,
      brokenBy: { lock: 'm', what: 'cancel', thread: 't1', event: 9 },
      unproved: 'searched' as const,
    };
    const report = toJson({ ...predictions.suppressed(), findings: [all] });
    expectValid(JSON.stringify(report));
    expect(Object.keys(report)).toEqual(['lockgraph', 'source', 'findings', 'refuted', 'refutedPatterns', 'search', 'suppressions']);
    const keys = ['id', 'kind', 'evidence', 'broken', 'brokenBy', 'unproved', 'byClass', 'ranks', 'message', 'count', 'threads', 'locks', 'cycle', 'schedule', 'runs', 'scheduleCut', 'history'];
    expect(Object.keys(report.findings[0]!)).toEqual(keys);
  });

  it('tells of a suppression what it kept out, and what it matches that happened', () => {
    const suppressions = [{ site: 'src/a.ts:*', reason: 'old', matched: 0, overruled: 1 }];
    const text = renderJson([{ ...analyses.analysisOf([]), suppressions, suppressed: [] }]);
    expectValid(text);
    expect((JSON.parse(text) as { suppressions: unknown }).suppressions).toEqual(suppressions);
  });

  it('gives a schedule as numbers, and its context switches', () => {
    const [finding] = toJson(predictions.provedPair()).findings;
    expect(finding!.schedule).toEqual([1, 2, 3, 4, 5, 9, 10, 11]);
    expect(finding!.runs![1]).toEqual({ thread: 'T2', from: 9, to: 11, steps: 3 });
  });

  it('has no suppressions where none were given', () => {
    expect(toJson(predictions.possible())).not.toHaveProperty('suppressions');
  });

  it.each([
    ['a step that is no number', { schedule: ['T1'] }],
    ['a run without steps', { runs: [{ thread: 'T1', from: 1, to: 2, steps: 0 }] }],
    ['a cut at no line', { scheduleCut: { T1: 0 } }],
    ['an unknown reason', { unproved: 'shy' }],
    ['ranks of nothing', { ranks: { wanted: 1, held: 2 } }],
  ])('has a schema that refuses %s', (_name, wrong) => {
    const report = JSON.parse(renderJson([predictions.possible()])) as { findings: object[] };
    report.findings[0] = { ...report.findings[0], ...wrong };
    expect(validate(report)).toBe(false);
  });

  it('writes a number that JSON lacks as its name', () => {
    const analysis = analyses.hostileNames();
    const [finding] = analysis.findings;
    const [entry] = finding!.history;
    const history = [{ ...entry!, note: { ...entry!.note!, data: { size: Infinity } } }];
    expectValid(renderJson([{ ...analysis, findings: [{ ...finding!, history }] }]));
  });
});
