import { expect, test } from 'vitest';
import { JsonlWriter, writeLog } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

test.each([undefined, null, {}])('what is no log is refused, and the error says what is: %s', (log) => {
  const writer = new JsonlWriter(new Registry(), () => {});
  expect(() => writeLog(log as never, writer)).toThrow(/^log must be what remembers a run, as a Recorder or the log of a Monitor; got /);
});
