import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonReport } from '../../../packages/lockgraph/src/report/json.js';
import { folder, lockgraph } from './harness.js';

/** A thread takes two locks against their ranks. */
const wrongOrder = `${[
  '{"lockgraph":"trace","version":1}',
  '["lock","a",{"rank":1}]',
  '["lock","b",{"rank":2}]',
  '["call",1,0,"start","src/start.ts:3:5"]',
  '[1,"request","t0","b",1,0]',
  '[2,"acquire","t0","b",1,0]',
  '[3,"request","t0","a",1,0]',
  '[4,"acquire","t0","a",1,0]',
  '[5,"release","t0","a",1,0]',
  '[6,"release","t0","b",1,0]',
  '{"end":{"events":6,"dropped":0}}',
].join('\n')}\n`;

const reason = 'At start-up there is one thread.';

/** A folder with that trace, and files of suppressions. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>>): (name: string) => string {
  const at = folder();
  writeFileSync(join(at, 'run.jsonl'), wrongOrder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  return (name) => join(at, name);
}

function rules(...suppressions: unknown[]): string {
  return JSON.stringify({ suppressions });
}

describe('lockgraph report --suppress', () => {
  it('reports what no rule matches, and exits 1', async () => {
    const path = folderWith({ 'rules.json': rules({ locks: ['a', 'c'], reason }) });
    const { code, stdout } = await lockgraph(['report', '--suppress', path('rules.json'), path('run.jsonl')]);
    expect(code).toBe(1);
    expect(stdout).toContain('rank-violation (observed)');
    expect(stdout).toContain('1 suppression matched nothing');
  });

  it('keeps out what a rule of one of its files matches, and exits 0', async () => {
    const path = folderWith({
      'pairs.json': rules({ locks: ['b', 'a'], reason }, { locks: ['x', 'y'], reason }),
      'sites.json': rules({ site: 'src/start.ts:*', reason }),
    });
    const files = ['--suppress', path('pairs.json'), '--suppress', path('sites.json')];
    const { code, stdout, stderr } = await lockgraph(['report', '--format', 'json', ...files, path('run.jsonl')]);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout) as JsonReport).toMatchObject({
      findings: [],
      suppressions: [
        { locks: ['b', 'a'], reason, matched: 1 },
        { locks: ['x', 'y'], reason, matched: 0 },
        { site: 'src/start.ts:*', reason, matched: 1 },
      ],
    });
  });

  it('does not replace a file of rules by the report', async () => {
    const text = rules({ site: 'a', reason });
    const path = folderWith({ 'rules.json': text });
    const { code, stderr } = await lockgraph(['report', '--suppress', path('rules.json'), '-o', path('rules.json'), path('run.jsonl')]);
    expect([code, stderr]).toEqual([
      2,
      `lockgraph: ${path('rules.json')} is a FILE of suppressions, and -o would replace it; give the report another name\n`,
    ]);
    expect(readFileSync(path('rules.json'), 'utf8')).toBe(text);
  });
});

describe('a file of suppressions', () => {
  it.each<[string | Uint8Array, string]>([
    ['', 'is no JSON: Unexpected end of JSON input'],
    [new Uint8Array([0x7b, 0xff]), 'is no UTF-8 text'],
    ['[]', 'expected {"suppressions":[…]}, got []'],
    ['{}', 'suppressions: expected an array, got nothing'],
    ['{"suppressions":[],"rules":[]}', 'expected suppressions and nothing else, got "rules"'],
    [rules({ site: 'a', reason }, { site: 'b', reason: '' }), 'suppressions[1].reason: expected a text that says why this is no bug, got ""'],
    [' '.repeat(1_048_577), 'is longer than 1048576 bytes; suppressions are rules for people to read'],
  ])('that is %j is refused, with the place', async (content, message) => {
    const path = folderWith({ 'rules.json': content });
    const { code, stdout, stderr } = await lockgraph(['report', '--suppress', path('rules.json'), path('run.jsonl')]);
    expect([code, stdout, stderr]).toEqual([2, '', `${path('rules.json')}: ${message}\n`]);
  });

  it('may begin with a byte order mark, and be as long as it may be', async () => {
    const text = `\ufeff${rules({ site: 'start', reason })}`;
    const path = folderWith({ 'rules.json': text + ' '.repeat(1_048_576 - Buffer.byteLength(text)) });
    expect((await lockgraph(['report', '--suppress', path('rules.json'), path('run.jsonl')])).code).toBe(0);
  });

  it('that cannot be read is an error that names it', async () => {
    const path = folderWith({});
    mkdirSync(path('rules'));
    const run = (file: string) => lockgraph(['report', '--suppress', file, path('run.jsonl')]);
    expect((await run(path('none.json'))).stderr).toBe(`${path('none.json')}: there is no such file or folder\n`);
    expect((await run(path('rules'))).stderr).toBe(`${path('rules')}: it is a directory\n`);
    expect((await run('/dev/zero')).stderr).toContain('/dev/zero: is longer than 1048576 bytes');
    expect((await run('')).stderr).toBe('lockgraph: --suppress takes the name of a file, and got ""\n');
  });
});
