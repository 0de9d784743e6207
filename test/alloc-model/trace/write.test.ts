import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCallLogFile } from '../../../packages/alloc-model/src/trace/read.js';
import { callLine, callLogText } from '../../../packages/alloc-model/src/trace/write.js';

const traces = 'test/fixtures/alloc/traces';

describe('a written call log', () => {
  test('is the file that was read', async () => {
    const log = await readCallLogFile(`${traces}/lg-1004.ok.trace`);
    const text = [...callLogText(log)].join('');
    expect(text).toBe(readFileSync(`${traces}/lg-1004.ok.trace`, 'utf8'));
  });

  test('leaves out the thread t0, which is the one meant without a name', async () => {
    const log = await readCallLogFile(`${traces}/prodcons-exit.ok.trace`);
    const text = [...callLogText(log)].join('');
    expect(text).toBe(readFileSync(`${traces}/prodcons-exit.ok.trace`, 'utf8').replaceAll(' t0\n', '\n'));
  });

  test('has no line beyond its calls', async () => {
    const log = await readCallLogFile(`${traces}/tiny-reuse.ok.trace`);
    expect(() => callLine(log, log.calls)).toThrow(RangeError);
  });
});
