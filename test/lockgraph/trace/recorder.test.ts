import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { NOTED_OPERATIONS } from '../../../packages/lockgraph/src/trace/noted-operations.js';
import { OPERATION_ROWS } from '../../../packages/lockgraph/src/trace/operation-rows.js';
import { Recorder } from '../../../packages/lockgraph/src/trace/recorder.js';
import { smallRegistry } from './programs.js';
import { rowsOf } from './rows.js';

/** Tells a recorder what one thread does. */
class Teller {
  readonly log: Recorder;
  event = 0;
  operation = 0;
  #operations = 0;

  constructor(capacity: number) {
    this.log = new Recorder(smallRegistry(), { capacity });
  }

  say(kind: EventKind, object = 0, a = 0): void {
    this.log.event(++this.event, kind, 0, object, Mode.exclusive, 0, this.operation, a, 0);
  }

  begin(a = 0): void {
    this.operation = ++this.#operations;
    this.say(EventKind.begin, 0, a);
  }

  end(): void {
    this.say(EventKind.end);
    this.operation = 0;
  }

  note(kind: string, operations: readonly number[] = []): void {
    this.log.note(++this.event, 0, 0, this.operation, { kind, data: {}, operations });
  }

  /** Events that nothing is worth remembering of. */
  pass(count: number): void {
    for (let i = 0; i < count; i++) this.say(EventKind.read);
  }

  /** Operations in which nothing happens. */
  idle(count: number): void {
    for (let i = 0; i < count; i++) {
      this.begin();
      this.end();
    }
  }
}

const kinds = (log: Recorder): EventKind[] => rowsOf(log).slice(0, log.firstInWindow).map((row) => row.kind);

describe('a recorder', () => {
  it('keeps what came before a hold in the same operation, however long ago', () => {
    const run = new Teller(100);
    run.begin();
    run.say(EventKind.release, 1);
    run.say(EventKind.acquire, 0);
    run.say(EventKind.release, 0);
    run.say(EventKind.acquire, 1);
    run.end();
    run.idle(10_000);
    expect(kinds(run.log)).toEqual([EventKind.begin, EventKind.release, EventKind.acquire, EventKind.release, EventKind.acquire, EventKind.end]);
    expect(run.log.operationBegin(1)).toMatchObject({ event: 1, name: 0 });
  });

  it('forgets it when the hold is over', () => {
    const run = new Teller(100);
    run.begin();
    run.say(EventKind.acquire, 1);
    run.end();
    run.idle(10_000);
    run.say(EventKind.release, 1);
    run.pass(1000);
    expect(kinds(run.log)).toEqual([]);
    expect(run.log.dropped).toBe(run.event - run.log.size);
  });

  it('forgets that a thread has ended when it takes a lock', () => {
    const run = new Teller(100);
    run.say(EventKind.acquire, 1);
    run.say(EventKind.exit);
    run.begin();
    run.say(EventKind.acquire, 0);
    run.say(EventKind.release, 0);
    run.end();
    run.pass(1000);
    expect(kinds(run.log)).toEqual([EventKind.acquire]);
  });

  it('keeps of a long operation its begin and what is nearest before the hold', () => {
    const run = new Teller(100);
    run.begin(7);
    for (let i = 0; i < 5000; i++) run.say(i % 2 === 0 ? EventKind.acquire : EventKind.release, 0);
    run.say(EventKind.acquire, 1);
    const acquired = run.event;
    for (let i = 0; i < 5000; i++) run.say(i % 2 === 0 ? EventKind.acquire : EventKind.release, 0);
    run.end();
    run.idle(1000);
    const kept = rowsOf(run.log).slice(0, run.log.firstInWindow);
    expect(kept.length).toBeLessThanOrEqual(2 * OPERATION_ROWS);
    expect(kept[0]).toMatchObject({ kind: EventKind.begin, a: 7 });
    const at = kept.findIndex((row) => row.event === acquired);
    expect(kept.slice(1, at).map((row) => row.event)).toEqual(Array.from({ length: at - 1 }, (_, i) => acquired - at + 1 + i));
    expect(at).toBeGreaterThan(OPERATION_ROWS / 2);
    // Lock 0 is free in the end, and that is how the kept rows leave it.
    expect(kept.findLast((row) => row.object === 0 && row.kind <= EventKind.release)!.kind).toBe(EventKind.release);
  });

  it('keeps the first note of a kind, remembers a bounded number of noted operations, and counts the rest', () => {
    const run = new Teller(100);
    const operations = 3 * NOTED_OPERATIONS;
    for (let operation = 1; operation <= operations; operation++) {
      run.begin(operation);
      run.note('model/odd');
      run.end();
    }
    run.pass(1000);
    expect(run.log.noteCount('model/odd')).toBe(operations);
    expect(run.log.noteCount('model/even')).toBe(0);
    expect(run.log.firstInWindow).toBe(2 + 2 * NOTED_OPERATIONS);
    expect(rowsOf(run.log).slice(0, 2)).toMatchObject([{ event: 1, a: 1 }, { event: 2, note: { kind: 'model/odd' } }]);
    expect(run.log.operationBegin(1)?.a).toBe(1);
    expect(run.log.operationBegin(operations - NOTED_OPERATIONS)).toBeUndefined();
    expect(run.log.operationBegin(operations - NOTED_OPERATIONS + 1)?.a).toBe(operations - NOTED_OPERATIONS + 1);
  });

  it('remembers an operation for as long as notes blame it', () => {
    const run = new Teller(100);
    run.begin(42);
    run.note('model/odd');
    run.end();
    for (let i = 0; i < 2 * NOTED_OPERATIONS; i++) {
      run.begin();
      run.note('model/even', i % 1000 === 0 ? [1] : []);
      run.end();
    }
    expect(run.log.operationBegin(1)?.a).toBe(42);
    expect(run.log.noteAt(run.log.rowOf(2))?.kind).toBe('model/odd');
  });

  it('says the line of a row if it is told where the trace stands', () => {
    const position = { line: 0 };
    const log = new Recorder(smallRegistry(), { capacity: 4, position });
    log.event(1, EventKind.acquire, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    for (let event = 2; event < 40; event++) {
      position.line = event * 10;
      log.event(event, EventKind.read, 0, 0, Mode.exclusive, 0, 0, 0, 0);
    }
    expect(log.line(log.rowOf(1))).toBe(0);
    expect(log.line(log.size - 1)).toBe(390);
  });

  it('refuses a capacity that is no number of rows', () => {
    for (const capacity of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => new Recorder(smallRegistry(), { capacity })).toThrow(`capacity must be an integer from 1 to 67108864, got ${capacity}`);
    }
  });

  it('does not grow with how often a thread takes one lock again, and forgets all of it when the lock is given back as often', () => {
    const run = new Teller(100);
    const recursive = 2;
    const again = (kind: EventKind, times: number): void => {
      for (let i = 0; i < times; i++) run.say(kind, recursive);
    };
    again(EventKind.acquire, 20_000);
    run.pass(1000);
    expect(run.log.firstInWindow).toBe(4096);
    again(EventKind.release, 19_999);
    run.pass(1000);
    expect(run.log.firstInWindow).toBe(1);
    again(EventKind.release, 1);
    run.pass(1000);
    expect(run.log.firstInWindow).toBe(0);
  });

  it('does not grow with the number of events', () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const run = new Teller(10_000);
    const memory = (): number => {
      gc();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const work = (operations: number): void => {
      for (let i = 0; i < operations; i++) {
        run.begin(i);
        run.say(EventKind.acquire, i % 3);
        if (i % 10 === 0) run.note('model/odd', [run.operation - 1]);
        run.say(EventKind.release, i % 3);
        run.end();
      }
    };
    work(300_000);
    const before = memory();
    work(1_000_000);
    expect(memory() - before).toBeLessThan(1_000_000);
  });
});
