import { describe, expect, it } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

describe('a recorder whose window grows to its capacity', () => {
  it.each([
    ['begins alone', 1],
    ['begins and ends', 2],
  ])('has the newest events and finds their operations, with %s', (_, rowsOfOperation) => {
    const registry = new Registry();
    const recorder = new Recorder(registry, { capacity: 5000 });
    const [thread, name] = [registry.threads.id('t'), registry.operation('call', ['n'])];
    for (let event = 1; event <= 20_000; event++) {
      const operation = Math.ceil(event / rowsOfOperation);
      const begins = (event - 1) % rowsOfOperation === 0;
      recorder.event(event, begins ? EventKind.begin : EventKind.end, thread, name, Mode.exclusive, 0, operation, event, 0);
      if (![1, 1024, 1025, 2048, 2049, 4097, 5000, 5625, 5626, 12_345, 20_000].includes(event)) continue;
      expect(recorder.eventAt(recorder.size - 1)).toBe(event);
      expect(recorder.size - recorder.firstInWindow).toBeGreaterThanOrEqual(Math.min(event, 5000));
      for (let row = recorder.firstInWindow; row < recorder.size; row++) {
        if (recorder.a(row) !== recorder.eventAt(row)) throw new Error(`row ${row} of event ${recorder.eventAt(row)} has ${recorder.a(row)}`);
        if (recorder.kind(row) === EventKind.begin) {
          const found = recorder.operationBegin(recorder.operation(row))?.event;
          if (found !== recorder.eventAt(row)) throw new Error(`operation ${recorder.operation(row)} begins in event ${found}`);
        }
      }
    }
  });
});
