import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReplayResult } from 'alloc-model';
import { describe, expect, test } from 'vitest';
import { allocModel } from './alloc-model.js';
import { temporaryFolder } from './temporary-folder.js';

const traces = fileURLToPath(new URL('../../fixtures/alloc/traces/', import.meta.url));
const hanging = `${traces}tiny-48as32.bad.trace`;
const fine = `${traces}tiny-48as32.ok.trace`;
const crossed = `${traces}tiny-20480as4096.bad.trace`;

const folder = temporaryFolder();

async function results(...words: string[]): Promise<ReplayResult[]> {
  const { code, stdout, stderr } = await allocModel('sweep', '--format', 'json', ...words);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ReplayResult[];
}

const settings = (all: readonly ReplayResult[]): unknown[] => all.map(({ allocator, options }) => ({ allocator, ...options }));
const limits = (all: readonly ReplayResult[]): unknown[] => all.map(({ options }) => options.lgTcacheMax);

async function refusal(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await allocModel('sweep', ...words);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^[^\n]*\n$/);
  return stderr.trimEnd();
}

describe('alloc-model sweep --format json', () => {
  test('prints what replays print, trace by trace, setting by setting', async () => {
    const all = await results(hanging, fine, '--lg-tcache-max', '15,11');
    const replays: unknown[] = [];
    for (const trace of [hanging, fine]) {
      for (const limit of ['15', '11']) replays.push(JSON.parse((await allocModel('replay', '--format', 'json', '--lg-tcache-max', limit, trace)).stdout));
    }
    expect(all).toEqual(replays);
  });

  test('exits 0 whatever the outcomes are, and has the first overlap', async () => {
    const all = await results('--lg-tcache-max=15', hanging, fine, crossed, `${traces}over-small.bad.trace`);
    expect(all.map(({ outcome }) => outcome)).toEqual(['hang', 'ok', 'undefined', 'ok']);
    expect(all.map(({ firstOverlap }) => firstOverlap)).toEqual([undefined, undefined, undefined, 260]);
    expect((await results('--allocator', 'jemalloc-4.5.0-debug', '--lg-tcache-max=15', hanging))[0]!.outcome).toBe('abort');
  });

  test('is an array for one trace at one setting', async () => {
    expect(await results(fine, '--lg-tcache-max', '12')).toHaveLength(1);
  });

  test('goes from 11 to 18 where nothing is said', async () => {
    expect(limits(await results(fine))).toEqual([11, 12, 13, 14, 15, 16, 17, 18]);
    expect(settings(await results(fine, '--narenas', '2')).slice(0, 1)).toEqual([{ allocator: 'jemalloc-4.5.0', lgTcacheMax: 11, narenas: 2 }]);
  });

  test('takes ranges, negative numbers, and default for what is not set', async () => {
    expect(limits(await results(fine, '--lg-tcache-max', '-1-1,14,default,12-13'))).toEqual([-1, 0, 1, 14, null, 12, 13]);
    expect(limits(await results(fine, '--lg-tcache-max', '-1'))).toEqual([-1]);
  });

  test('combines lists, the last option changing fastest', async () => {
    const all = await results(fine, '--allocator', 'system,jemalloc-4.5.0', '--tcache', 'on,off', '--narenas', '1,default', '--lg-tcache-max', '14,15');
    expect(all).toHaveLength(16);
    expect(settings(all.slice(0, 3))).toEqual([
      { allocator: 'system', lgTcacheMax: 14, narenas: 1, tcache: true },
      { allocator: 'system', lgTcacheMax: 15, narenas: 1, tcache: true },
      { allocator: 'system', lgTcacheMax: 14, narenas: 1, tcache: false },
    ]);
    expect(settings(all.slice(-1))).toEqual([{ allocator: 'jemalloc-4.5.0', lgTcacheMax: 15, tcache: false }]);
  });

  test('sweeps another option alone, and leaves the limit as it is', async () => {
    expect(settings(await results(fine, '--narenas', '1,2'))).toEqual([1, 2].map((narenas) => ({ allocator: 'jemalloc-4.5.0', lgTcacheMax: null, narenas })));
  });

  test('makes the calls without sizes, and without caches', async () => {
    const all = await results(hanging, '--unsized', '--no-tcache', '--lg-tcache-max', '15');
    expect(all).toMatchObject([{ outcome: 'ok', options: { unsized: true, tcache: false } }]);
  });
});

describe('what alloc-model sweep writes', () => {
  test('is a table, trace by trace, and the plot beside it', async () => {
    const plot = join(folder.path, 'plot.svg');
    const { code, stdout, stderr } = await allocModel('sweep', '--plot', plot, hanging, fine, '--lg-tcache-max', '14,15');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.match(/^.* on jemalloc-4\.5\.0: 3,600 calls$/gm)).toHaveLength(2);
    expect(readFileSync(plot, 'utf8')).toBe((await allocModel('sweep', '--format', 'svg', hanging, fine, '--lg-tcache-max', '14,15')).stdout);
  });

  test('goes to a file with -o', async () => {
    const file = join(folder.path, 'out');
    expect(await allocModel('sweep', '-o', file, '--format', 'svg', fine, '--lg-tcache-max', '14')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  });

  test('has help', async () => {
    const { code, stdout } = await allocModel('sweep', '--help');
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: alloc-model sweep');
  });
});

describe('alloc-model sweep refuses', () => {
  test.each([
    ['', '--lg-tcache-max has a value missing in "": write a value, or several with one comma between them'],
    ['11,,12', '--lg-tcache-max has a value missing in "11,,12": write a value, or several with one comma between them'],
    ['11,', '--lg-tcache-max has a value missing in "11,": write a value, or several with one comma between them'],
    ['x', '--lg-tcache-max takes an integer from -1 to 62, and got "x"'],
    ['11, 12', '--lg-tcache-max takes an integer from -1 to 62, and got " 12"'],
    ['1e1', '--lg-tcache-max takes an integer from -1 to 62, and got "1e1"'],
    ['12,63', '--lg-tcache-max takes an integer from -1 to 62, and got "63"'],
    ['12-99999999999', '--lg-tcache-max takes an integer from -1 to 62, and got "99999999999"'],
    ['18-11', '--lg-tcache-max got the range "18-11", which is empty: write 11-18'],
  ])('--lg-tcache-max "%s"', async (list, reason) => {
    expect(await refusal(`--lg-tcache-max=${list}`, fine)).toBe(`alloc-model: ${reason}`);
  });

  test('a list of a million values, before it is made', async () => {
    const reason = 'alloc-model: --narenas takes at most 512 values: give it fewer';
    expect(await refusal('--narenas', '1-4094', fine)).toBe(reason);
    expect(await refusal('--narenas', Array.from({ length: 1e6 }, () => '1').join(','), fine)).toBe(reason);
    expect((await refusal('--narenas', 'x'.repeat(1e6), fine)).length).toBeLessThan(200);
    expect((await refusal('--narenas', ','.repeat(1e6), fine)).length).toBeLessThan(200);
  });

  test('more combinations than it makes', async () => {
    expect(await refusal('--narenas', '1-100', '--lg-tcache-max', '11-18', fine)).toBe('alloc-model: the lists give 800 settings, and at most 512 are taken: give fewer values');
  });

  test('words that are none', async () => {
    expect(await refusal('--tcache', 'on,maybe', fine)).toBe('alloc-model: --tcache takes on or off, and got "maybe"');
    expect(await refusal('--allocator', 'system,x', fine)).toMatch(/^alloc-model: --allocator takes .* or system, and got "x"$/);
    expect(await refusal('--tcache', 'on', '--no-tcache', fine)).toContain('--tcache and --no-tcache are both given');
    expect(await refusal('--format', 'png', fine)).toBe('alloc-model: --format takes text, json or svg, and got "png"');
    expect(await refusal('--frobnicate', fine)).toContain('--frobnicate');
  });

  test('no trace, and standard input twice', async () => {
    expect(await refusal()).toContain('sweep needs a TRACE');
    expect(await refusal('-', '-')).toContain('given twice');
  });

  test('a bad trace among good ones: nothing is printed, and no file is left', async () => {
    const bad = join(folder.path, 'bad.trace');
    writeFileSync(bad, 'mallocx 1 48 0\nsdallocx 2 48 0\n');
    const reason = await refusal(hanging, bad, fine, '--plot', join(folder.path, 'plot.svg'), '-o', join(folder.path, 'out'));
    expect(reason).toContain(`${bad}:2: `);
    expect(readdirSync(folder.path)).toEqual(['bad.trace']);
  });

  test('an output that is an input, or given twice', async () => {
    expect(await refusal(fine, '--plot', fine)).toContain('would be replaced');
    const file = join(folder.path, 'out');
    expect(await refusal(fine, '--plot', file, '-o', file)).toContain('given for two outputs');
  });
});
