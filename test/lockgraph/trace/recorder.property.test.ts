import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import type { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { rowsOfState, stateAfter, underWay, withoutSemaphores } from './naive-history.js';
import { begins, lawful, rows, smallRegistry } from './programs.js';
import { rowAt, rowsOf, tell } from './rows.js';
import type { Row } from './rows.js';

/** Tells a recorder of a random small capacity a random history, and calls back after every event. */
function assertAlways(
  check: (log: Recorder, history: readonly Row[], capacity: number, registry: Registry) => void,
  legal = false,
): void {
  fc.assert(
    fc.property(rows(300), fc.oneof(fc.integer({ min: 1, max: 48 }), fc.integer({ min: 49, max: 150 })), (random, capacity) => {
      const registry = smallRegistry();
      const history = legal ? lawful(random, registry) : random;
      const log = new Recorder(registry, { capacity });
      for (const [index, row] of history.entries()) {
        tell(log, row);
        check(log, history.slice(0, index + 1), capacity, registry);
      }
    }),
    { numRuns: 60 },
  );
}

/** Kinds of events that may be kept with another operation, because they end what was begun there. */
const ENDS = new Set<EventKind>([
  EventKind.request,
  EventKind.acquire,
  EventKind.take,
  EventKind.release,
  EventKind.cancel,
  EventKind.spawn,
  EventKind.join,
  EventKind.exit,
  EventKind.init,
  EventKind.destroy,
]);

/** Kinds of events that make state. */
const EFFECTS = new Set<EventKind>([EventKind.request, EventKind.acquire, EventKind.take, EventKind.join, EventKind.exit]);

function kept(log: Recorder): Row[] {
  return rowsOf(log).slice(0, log.firstInWindow);
}

/** The part of a history that is before the recorder's window. */
function beforeWindow(log: Recorder, history: readonly Row[]): readonly Row[] {
  return history.slice(0, history.length - (log.size - log.firstInWindow));
}

describe('a recorder that has dropped events', () => {
  it('has at least the newest `capacity` events without a gap', () => {
    assertAlways((log, history, capacity) => {
      const window = rowsOf(log).slice(log.firstInWindow);
      expect(window.length).toBeGreaterThanOrEqual(Math.min(capacity, history.length));
      expect(window).toEqual(history.slice(history.length - window.length));
    });
  });

  it('retains rows as they were, oldest first, each once', () => {
    assertAlways((log, history) => {
      const retained = rowsOf(log);
      const events = new Set(retained.map(({ event }) => event));
      expect(retained).toEqual([...events].toSorted((one, other) => one - other).map((event) => history[event - 1]));
      expect(log.dropped).toBe(history.length - log.size);
    });
  });

  it('has the exact state of locks and threads at the start of its window', () => {
    assertAlways((log, history, _, registry) => {
      const state = (rowsOfIt: readonly Row[]) => withoutSemaphores(stateAfter(rowsOfIt, registry), registry);
      expect(state(kept(log))).toEqual(state(beforeWindow(log, history)));
    }, true);
  });

  it('has every row of that state, also where events contradict each other', () => {
    assertAlways((log, history, _, registry) => {
      for (const row of rowsOfState(stateAfter(beforeWindow(log, history), registry))) {
        expect(log.rowOf(row.event)).not.toBe(-1);
      }
    });
  });

  it('has the whole operations to which that state belongs, and those under way', () => {
    assertAlways((log, history, _, registry) => {
      const before = beforeWindow(log, history);
      const operations = underWay(before);
      for (const row of rowsOfState(stateAfter(before, registry))) operations.add(row.operation);
      operations.delete(0);
      const events = new Set(kept(log).map((row) => row.event));
      const missing = before.filter((row) => {
        // A release may be left out that, kept alone, would seem to undo an outer acquire of the same thread.
        const inner = row.kind === EventKind.release && (row.mode === Mode.shared || registry.lock(row.object).recursive);
        return operations.has(row.operation) && !inner && !events.has(row.event);
      });
      expect(missing).toEqual([]);
    }, true);
  });

  it('has the first note of each kind and the begin of its operation', () => {
    assertAlways((log, history) => {
      const seen = new Set<string>();
      for (const { note, event, operation } of history) {
        if (note === undefined || seen.has(note.kind)) continue;
        seen.add(note.kind);
        expect(log.rowOf(event)).not.toBe(-1);
        expect(log.noteAt(log.rowOf(event))).toBe(note);
        const begin = history.find((row) => begins(row) && row.operation === operation);
        if (begin !== undefined) expect(rowAt(log, log.rowOf(begin.event))).toEqual(begin);
      }
    });
  });

  it('remembers the begin of every operation that made a note, or was blamed while it was still known', () => {
    const remembered = new Map<number, Row>();
    assertAlways((log, history) => {
      if (history.length === 1) remembered.clear();
      const { note, operation } = history.at(-1)!;
      for (const mentioned of note === undefined ? [] : [...note.operations, operation]) {
        const begin = history.find((row) => begins(row) && row.operation === mentioned);
        if (begin !== undefined && (mentioned === operation || log.rowOf(begin.event) !== -1)) remembered.set(mentioned, begin);
      }
      for (const [mentioned, begin] of remembered) {
        expect(log.operationBegin(mentioned)).toMatchObject({ event: begin.event, thread: begin.thread, name: begin.object, a: begin.a, b: begin.b });
      }
    });
  });

  it('keeps nothing without one of these reasons', () => {
    assertAlways((log, history, _, registry) => {
      const before = beforeWindow(log, history);
      const state = rowsOfState(stateAfter(before, registry));
      const operations = underWay(before);
      for (const row of state) operations.add(row.operation);
      operations.delete(0);
      const stateEvents = new Set(state.map((row) => row.event));
      const rowsOfOperations = before.filter((row) => operations.has(row.operation));
      for (const row of kept(log)) {
        const endsEffect = rowsOfOperations.some((other) => EFFECTS.has(other.kind) && other.event < row.event);
        const reasons =
          begins(row) ||
          row.kind === EventKind.note ||
          operations.has(row.operation) ||
          stateEvents.has(row.event) ||
          (endsEffect && ENDS.has(row.kind));
        expect(reasons, `event ${row.event}`).toBe(true);
      }
    });
  });

  it('has the numbers of events as they were told, also where some are missing', () => {
    const jumps = fc.array(fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 40 }) }), { maxLength: 300, size: 'max' });
    fc.assert(
      fc.property(jumps, fc.integer({ min: 1, max: 100 }), (steps, capacity) => {
        const log = new Recorder(smallRegistry(), { capacity });
        const told: number[] = [];
        for (const step of steps) {
          told.push((told.at(-1) ?? 0) + step);
          log.event(told.at(-1)!, EventKind.read, 0, 0, Mode.exclusive, 0, 0, 0, 0);
          const numbers = rowsOf(log).map(({ event }) => event);
          expect(numbers).toEqual(told.slice(-numbers.length));
          expect(log.dropped).toBe(told.at(-1)! - numbers.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds events and operations among what it retains', () => {
    assertAlways((log, history) => {
      if (history.length % 7 !== 0) return;
      const retained = rowsOf(log);
      for (const { event } of history) expect(log.rowOf(event)).toBe(retained.findIndex((row) => row.event === event));
      for (let operation = 1; operation < 40; operation++) {
        const of = retained.flatMap((row, index) => (row.operation === operation ? [index] : []));
        expect(log.rowsOfOperation(operation)).toEqual(of);
        const begin = retained.find((row) => begins(row) && row.operation === operation);
        expect(log.operationBegin(operation)?.event).toBe(begin?.event);
      }
    });
  });
});
