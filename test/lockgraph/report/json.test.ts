import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson, toJson } from '../../../packages/lockgraph/src/report/json.js';
import * as analyses from './analyses.js';

const schema = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

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

  it('writes a number that JSON lacks as its name', () => {
    const analysis = analyses.hostileNames();
    const [finding] = analysis.findings;
    const [entry] = finding!.history;
    const history = [{ ...entry!, note: { ...entry!.note!, data: { size: Infinity } } }];
    expectValid(renderJson([{ ...analysis, findings: [{ ...finding!, history }] }]));
  });
});
