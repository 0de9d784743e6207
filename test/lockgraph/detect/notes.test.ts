import { expect, test } from 'vitest';
import { Monitor } from '../../../packages/lockgraph/src/detect/monitor.js';

test('a note of any kind is a finding of its kind, and cannot pass for one of lockgraph', () => {
  const monitor = new Monitor();
  const thread = monitor.registry.threads.id('t');
  for (const kind of ['alloc/size-mismatch', 'deadlock']) monitor.emitNote(thread, 0, 0, { kind, data: {}, operations: [] });
  expect(monitor.findings.map(({ kind }) => kind)).toEqual(['alloc/size-mismatch', 'note/deadlock']);
});
