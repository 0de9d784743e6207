import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const main = fileURLToPath(new URL('../../../packages/alloc-model/src/cli/main.ts', import.meta.url));

const folder = temporaryFolder();

/** The command with these words, told to end once it is under way. @returns its exit code, what it said, and what is in the folder then */
async function ended(signal: NodeJS.Signals, isUnderWay: (written: number | undefined) => Promise<boolean> | boolean, ...words: string[]): Promise<unknown[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...words, '-o', join(folder.path, 'out')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const closed = new Promise((resolve) => child.on('close', resolve));
  while (child.exitCode === null && !(await isUnderWay(writtenSoFar()))) await sleep(5);
  child.kill(signal);
  return [await closed, said, readdirSync(folder.path)];
}

/** Bytes of the output that is not whole yet; undefined if there is none. */
function writtenSoFar(): number | undefined {
  const name = readdirSync(folder.path).find((each) => each.startsWith('out.tmp-'));
  return name === undefined ? undefined : statSync(join(folder.path, name)).size;
}

test('minimize ends at once when a signal tells it to, and leaves no file behind', async () => {
  // Its replays take many seconds, and it writes nothing before the last one.
  const replays = async (written: number | undefined): Promise<boolean> => written !== undefined && sleep(300, true);
  expect(await ended('SIGINT', replays, 'minimize', 'test/fixtures/alloc/traces/tiny-48as32.bad.trace')).toEqual([130, '', []]);
}, 20_000);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('emit-c ends at once when %s tells it to, and leaves no file behind', async (signal, code) => {
  const trace = join(folder.path, 'x.trace');
  writeFileSync(trace, Array.from({ length: 300_000 }, (_, id) => `mallocx ${id} 48 0\n`).join(''));
  expect(await ended(signal, (written = 0) => written > 0, 'emit-c', trace)).toEqual([code, '', ['x.trace']]);
}, 20_000);
