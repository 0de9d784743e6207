import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, vi } from 'vitest';
import { KnowledgeMerge } from '../../../packages/lockgraph/src/detect/knowledge/merge.js';
import { folder, lockgraph } from './harness.js';

const one = 'main|acq(A)|1\nmain|acq(B)|2\nmain|rel(B)|3\nmain|rel(A)|4\n';
const two = 'main|acq(B)|1\nmain|acq(A)|2\nmain|rel(A)|3\nmain|rel(B)|4\n';
const other = `${[
  '{"lockgraph":"trace","version":1}',
  '["lock","A",{"class":"bin"}]',
  '["lock","B"]',
  '[1,"take","t","B",0,0]',
  '[2,"take","t","A",0,0]',
  '{"end":{"events":2,"dropped":0}}',
].join('\n')}\n`;

/** A folder with the traces, as `at(name)`. */
function traces(): (name: string) => string {
  const path = folder();
  for (const [name, text] of [['one.std', one], ['two.std', two], ['other.jsonl', other]] as const) writeFileSync(join(path, name), text);
  return (name) => join(path, name);
}

describe('lockgraph merge', () => {
  it('finds that one run takes A and then B, and another one B and then A', async () => {
    const at = traces();
    expect(await lockgraph(['report', at('one.std'), at('two.std'), '--format', 'json'])).toMatchObject({ code: 0 });
    expect(await lockgraph(['merge', at('one.std'), at('two.std'), '-o', at('known.jsonl')])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stdout } = await lockgraph(['report', at('known.jsonl')]);
    expect(code).toBe(1);
    expect(stdout).toContain('lock-order (possible)  main and another main can come to wait for each other: main takes B then A,');
    expect(stdout).toContain(`    wants  B  at line 2 of ${at('one.std')}\n`);
    expect(stdout).toContain('The locks are classes, and the threads may be of several runs');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`1 finding (possible lock-order) in ${at('known.jsonl')}: 2 threads and 2 locks watched.`);
  });

  it('is reported as JSON of the same schema', async () => {
    const at = traces();
    await lockgraph(['merge', at('one.std'), at('two.std'), '-o', at('known.jsonl')]);
    const { code, stdout } = await lockgraph(['report', '--format', 'json', at('known.jsonl')]);
    const report = JSON.parse(stdout) as { source: unknown; findings: readonly { cycle: readonly { requestedAt: unknown }[] }[] };
    const schema = JSON.parse(readFileSync(new URL('../../../docs/report.schema.json', import.meta.url), 'utf8')) as object;
    const validate = new Ajv2020({ strict: true }).compile(schema);
    expect([validate(report), validate.errors, code]).toEqual([true, null, 1]);
    expect(report.source).toEqual({ name: at('known.jsonl'), events: 0, threads: 2, locks: 2, operations: 0, complete: true, merged: true });
    expect(report.findings[0]?.cycle[0]?.requestedAt).toEqual({ trace: at('two.std'), event: 2, line: 2, stack: ['location 2'] });
  });

  it('takes a report no further than its options say', async () => {
    const at = traces();
    const known = (await lockgraph(['merge', at('one.std'), at('two.std')])).stdout;
    expect((await lockgraph(['report', '--fail-on', 'proved', '-'], { stdin: known })).code).toBe(0);
    writeFileSync(at('rules.json'), JSON.stringify({ suppressions: [{ locks: ['A', 'B'], reason: 'they never meet' }] }));
    const { code, stdout } = await lockgraph(['report', '--suppress', at('rules.json'), '-'], { stdin: known });
    expect([code, stdout.split(':')[0]]).toEqual([0, 'No finding in standard input']);
  });

  it('writes the same whatever is merged first, of files that it wrote and of traces', async () => {
    const at = traces();
    const names = ['one.std', 'two.std', 'other.jsonl'].map((name) => at(name));
    const all = (await lockgraph(['merge', ...names])).stdout;
    await lockgraph(['merge', names[2]!, names[0]!, '-o', at('part.jsonl')]);
    expect((await lockgraph(['merge', names[1]!, at('part.jsonl'), names[0]!])).stdout).toBe(all);
    expect((await lockgraph(['merge', at('part.jsonl'), '-'], { stdin: gzipSync((await lockgraph(['merge', names[1]!])).stdout) })).stdout).toBe(all);
  });

  it('adds a run to what is known', async () => {
    const at = traces();
    const known = at('known.jsonl');
    await lockgraph(['merge', at('one.std'), '-o', known]);
    expect(await lockgraph(['merge', known, at('two.std'), '-o', known])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(known, 'utf8')).toBe((await lockgraph(['merge', at('two.std'), at('one.std')])).stdout);
  });

  it('leaves what is known as it was if an input cannot be read', async () => {
    const at = traces();
    const known = at('known.jsonl');
    await lockgraph(['merge', at('one.std'), '-o', known]);
    const before = readFileSync(known, 'utf8');
    writeFileSync(at('bad.std'), 'main|acq(A)|1\nmain|acq(B\n');
    const { code, stdout, stderr } = await lockgraph(['merge', known, at('bad.std'), '-o', known]);
    expect([code, stdout, stderr.startsWith(`${at('bad.std')}:2: `)]).toEqual([2, '', true]);
    expect(readFileSync(known, 'utf8')).toBe(before);
    expect(readdirSync(at('.')).toSorted()).toEqual(['bad.std', 'known.jsonl', 'one.std', 'other.jsonl', 'two.std']);
  });

  it('gzips a FILE that ends with .gz, and reads it', async () => {
    const at = traces();
    await lockgraph(['merge', at('one.std'), at('two.std'), '-o', at('known.gz')]);
    const text = (await lockgraph(['merge', at('one.std'), at('two.std')])).stdout;
    expect(gunzipSync(readFileSync(at('known.gz'))).toString()).toBe(text);
    expect((await lockgraph(['report', at('known.gz')])).code).toBe(1);
  });

  it.each([
    ['its name', 'one.std'],
    ['a link to it', 'link'],
  ])('does not replace a trace, by %s', async (_how, output) => {
    const at = traces();
    symlinkSync(at('one.std'), at('link'));
    const { code, stderr } = await lockgraph(['merge', at('two.std'), at('one.std'), '-o', at(output)]);
    expect([code, stderr]).toEqual([2, `lockgraph: ${at(output)} is a trace to read, and -o would replace it; give what is merged another name\n`]);
    expect(readFileSync(at('one.std'), 'utf8')).toBe(one);
  });

  it('counts lines that do not parse where it may leave them out, and says that something is missing', async () => {
    const { code, stdout, stderr } = await lockgraph(['merge', '--lenient', '-'], { stdin: `${one}main|acq(B\n` });
    expect([code, stderr]).toEqual([0, 'lockgraph: standard input has 1 line that does not parse; it was left out\n']);
    expect(stdout.split('\n')[0]).toBe('{"lockgraph":"knowledge","version":1,"complete":false}');
    const report = await lockgraph(['report', '-'], { stdin: stdout });
    expect(report.stdout).toContain('The record is not complete');
  });

  it('says that a trace is cut off', async () => {
    const { code, stderr } = await lockgraph(['merge', '-'], { stdin: other.slice(0, other.indexOf('{"end"')) });
    expect([code, stderr]).toEqual([0, 'lockgraph: standard input is cut off\n']);
  });

  it('lets the event loop turn between its steps, so that signals are heard', async () => {
    const at = traces();
    let turns = 0;
    let next = setImmediate(function turn() {
      turns++;
      next = setImmediate(turn);
    });
    const steps: [string, number][] = [];
    const { add, knowledge } = KnowledgeMerge.prototype;
    vi.spyOn(KnowledgeMerge.prototype, 'add').mockImplementation(function (this: KnowledgeMerge, known) {
      steps.push(['add', turns]);
      return add.call(this, known);
    });
    vi.spyOn(KnowledgeMerge.prototype, 'knowledge').mockImplementation(function (this: KnowledgeMerge) {
      steps.push(['knowledge', turns]);
      return knowledge.call(this);
    });
    const { code } = await lockgraph(['merge', at('one.std'), at('two.std')]);
    clearImmediate(next);
    steps.push(['written', turns]);
    vi.restoreAllMocks();
    // What is gathered of each trace is merged, too, and then all of it.
    expect([code, steps.map(([step]) => step)]).toEqual([0, ['knowledge', 'add', 'knowledge', 'add', 'knowledge', 'written']]);
    for (const [i, [, turn]] of steps.entries()) expect(turn).toBeGreaterThan(i === 0 ? -1 : steps[i - 1]![1]);
  });

  it('says that gzip data is cut off, and that parts of the run are missing', async () => {
    const { code, stdout, stderr } = await lockgraph(['merge', '-'], { stdin: gzipSync(one).subarray(0, -9) });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^lockgraph: standard input is cut off: its gzip data ends too early/);
    expect(stdout.split('\n')[0]).toBe('{"lockgraph":"knowledge","version":1,"complete":false}');
    const known = await lockgraph(['report', '-'], { stdin: gzipSync(stdout).subarray(0, -30) });
    expect([known.code, known.stdout]).toEqual([2, '']);
    expect(known.stderr).toMatch(/^-: it is cut off after line \d+: the line \{"end":…\} is missing\n$/);
  });

  it('writes what no run has shown of no run', async () => {
    const { stdout } = await lockgraph(['merge', '-'], { stdin: 'main|acq(A)|1\n' });
    expect(stdout).toBe('{"lockgraph":"knowledge","version":1}\n{"end":{"rows":0}}\n');
    expect(await lockgraph(['report', '-'], { stdin: stdout })).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    [[], 'merge needs an INPUT ("-" is standard input); lockgraph merge --help tells more'],
    [['', 'x'], 'the name of an INPUT is empty'],
    [['-', '-'], 'standard input ("-") can be read only once'],
    [['-', '-o', ''], '--output takes the name of a file, and got ""'],
    [['-', '--leniant'], 'merge has no option --leniant; did you mean --lenient?'],
    [['-', '--to', 'std'], 'merge has no option --to; lockgraph merge --help lists what there is'],
  ])('refuses %j', async (words, message) => {
    expect(await lockgraph(['merge', ...words])).toEqual({ code: 2, stdout: '', stderr: `lockgraph: ${message}\n` });
  });

  it('says which file is not there, or cannot be made', async () => {
    const at = traces();
    expect(await lockgraph(['merge', at('no.std')])).toEqual({ code: 2, stdout: '', stderr: `${at('no.std')}: cannot be read: there is no such file\n` });
    mkdirSync(at('folder'));
    const { code, stderr } = await lockgraph(['merge', at('one.std'), '-o', at('none/known.jsonl')]);
    expect([code, stderr]).toEqual([2, `${at('none/known.jsonl')}: there is no such file or folder\n`]);
  });

  it('tells what it does', async () => {
    const { code, stdout } = await lockgraph(['merge', '--help']);
    expect([code, stdout.startsWith('Usage: lockgraph merge [OPTION]… INPUT…\n')]).toEqual([0, true]);
  });
});

describe('what lockgraph merge wrote', () => {
  it('is no trace to convert', async () => {
    const { stdout } = await lockgraph(['merge', '-'], { stdin: one });
    const refused = await lockgraph(['convert', '--to', 'jsonl', '-'], { stdin: stdout });
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: '-: not a trace: lockgraph merge wrote it, of what many runs have shown, and it has no events; lockgraph report tells what it says\n',
    });
  });

  it('is refused with its line where it is damaged', async () => {
    const { stdout } = await lockgraph(['merge', '-'], { stdin: one });
    const damaged = stdout.replace('["nesting",1,[0]]', '["nesting",1,[7]]');
    for (const command of ['report', 'merge']) {
      const refused = await lockgraph([command, '-'], { stdin: damaged });
      expect(refused).toEqual({ code: 2, stdout: '', stderr: '-:8: class: expected the number of a row before it, from 0 to 1, got 7\n' });
    }
  });
});
