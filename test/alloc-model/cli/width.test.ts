import { expect, test } from 'vitest';
import { run } from '../../../packages/alloc-model/src/cli/run.js';

const traces = 'test/fixtures/alloc/traces';

/** What the command prints on a terminal of 80 columns. */
async function printed(...words: string[]): Promise<string> {
  let text = '';
  const output = { columns: 80, write: (piece: string) => (text += piece) };
  await run(words, { stdout: output, stderr: output });
  return text;
}

test.each(['replay', 'check', 'compare', 'sweep', 'minimize --max-seconds 1'])('%s keeps to the width of a terminal', async (command) => {
  const text = await printed(...command.split(' '), `${traces}/lg-3107.bad.trace`);
  expect(text.length).toBeGreaterThan(300);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('a sweep leaves out its bar, then the names of flushes, where the terminal has no room for them', async () => {
  const text = await printed('sweep', '--lg-tcache-max', '15', `${traces}/lg-3107.bad.trace`);
  expect(text).toContain('38.5 %  arena0.bin[25].lock  call 3562\n');
});
