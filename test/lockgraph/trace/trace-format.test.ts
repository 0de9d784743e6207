import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';
import { JsonlReader } from '../../../packages/lockgraph/src/trace/jsonl-reader.js';
import { JsonlWriter } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

const document = readFileSync(new URL('../../../docs/trace-format.md', import.meta.url), 'utf8');
const example = /```jsonl\n([^`]*)```/.exec(document)![1]!;

describe('the example in docs/trace-format.md', () => {
  it('is a trace, and tells the deadlock that it is about', () => {
    const registry = new Registry();
    const position = { line: 0 };
    const monitor = new Monitor({ registry, log: new Recorder(registry, { position }) });
    const reader = new JsonlReader('example', monitor, registry, position);
    reader.push(Buffer.from(example));
    expect(reader.finish()).toMatchObject({ events: 11, complete: true });
    expect(monitor.findings.map((finding) => finding.kind)).toEqual(['alloc/size-mismatch', 'unlock-not-held', 'self-deadlock']);
    const [waiter] = monitor.findings.at(-1)!.cycle;
    expect(waiter).toMatchObject({ requestedAt: { event: 11, line: 21 }, acquiredAt: { event: 7, line: 15 } });
  });

  it('is what the writer writes', () => {
    const registry = new Registry();
    let trace = '';
    const writer = new JsonlWriter(registry, (chunk) => (trace += chunk), 'lockgraph 0.1.0');
    const reader = new JsonlReader('example', writer, registry);
    reader.push(Buffer.from(example));
    writer.close();
    expect(trace).toBe(example);
  });
});
