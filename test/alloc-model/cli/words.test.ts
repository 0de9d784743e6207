import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allocModel } from './alloc-model.js';

const long = 'x'.repeat(100_000);
const cut = `"${'x'.repeat(60)}…"`;

test.each([
  [['replay', '--format', long, 'a.trace'], `--format takes text or json, and got ${cut}`],
  [['replay', '--lg-tcache-max', long, 'a.trace'], `--lg-tcache-max takes an integer from -1 to 62, and got ${cut}`],
  [['replay', '--fail-on', long, 'a.trace'], `--fail-on takes observed, proved, possible, never, and got ${cut}`],
  [['sweep', '--lg-tcache-max', `15,${long}`, 'a.trace'], `--lg-tcache-max takes an integer from -1 to 62, and got ${cut}`],
  [['sweep', '--lg-tcache-max', `${long},,`, 'a.trace'], `--lg-tcache-max takes an integer from -1 to 62, and got ${cut}`],
])('a long value is cut where an error quotes it (%#)', async (words, said) => {
  expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr: `alloc-model: ${said}\n` });
});

test('a long option that there is not is cut, too', async () => {
  const { code, stderr } = await allocModel('replay', `--${long}`, 'a.trace');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^alloc-model: Unknown option '--x{50,120}…; alloc-model replay --help tells what there is\n$/);
});

test('no line of a help is wider than 80 columns', async () => {
  const { stdout: help } = await allocModel('--help');
  const commands = [...help.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, command]) => [command!]);
  expect(commands.length).toBeGreaterThan(7);
  for (const words of [[], ...commands]) {
    const { stdout } = await allocModel(...words, '--help');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

const fine = 'test/fixtures/alloc/traces/tiny-reuse.ok.trace';

test.each([
  [['minimize', '--max-seconds', '-1', fine], '--max-seconds takes an integer from 1 to 86400, and got "-1"'],
  [['gdb-script', '--stall', '-1'], '--stall takes an integer from 1 to 86400, and got "-1"'],
  [['sweep', '--lg-tcache-max', '11,12', '--lg-tcache-max', '13', fine], '--lg-tcache-max is given twice; give it once'],
  [['replay', '-o', 'a', '--output=b', fine], '--output is given twice; give it once'],
])('a value that would be taken for another word, or go without one, is refused (%#)', async (words, said) => {
  expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr: `alloc-model: ${said}\n` });
});

test.each([
  [['replay', ''], '"": cannot be read: there is no such file'],
  [['check', ''], '"": cannot be read: there is no such file'],
  [['import', fine], `${fine}: this is a call log already: the other commands read it as it is`],
])('an input that is none is named (%#)', async (words, said) => {
  expect(await allocModel(...words)).toEqual({ code: 2, stdout: '', stderr: `${said}\n` });
});

test('the output "-" is standard output, and a device may be given twice', async () => {
  const printed = await allocModel('check', fine);
  expect(await allocModel('check', '-o', '-', fine)).toEqual(printed);
  expect(existsSync('-')).toBe(false);
  expect(await allocModel('replay', '-o', '/dev/null', '--record', '/dev/null', fine)).toEqual({ code: 0, stdout: '', stderr: '' });
});
