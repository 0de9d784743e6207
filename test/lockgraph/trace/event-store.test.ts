import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { EventStore } from '../../../packages/lockgraph/src/trace/event-store.js';

/** Events of a block, and of what stays in memory. */
const BLOCK = 131_072;
const RESIDENT = 32 * BLOCK;

let open: EventStore[] = [];
afterEach(() => {
  for (const store of open) store.close();
  open = [];
});

function newStore(position: { line: number } = { line: 0 }, most?: number, resident?: number): EventStore {
  const made = new EventStore(position, most, resident);
  open.push(made);
  return made;
}

/** Event `number` says its own number. */
function add(to: EventStore, number: number): void {
  to.event(number, EventKind.write, number % 100, number, Mode.exclusive, 0, 0);
}

/** Numbers of the events that are stored, as {@link add} made them; the first that is none, negative. */
function numbers(words: Iterable<number>): number[] {
  const all = [...words];
  return all.filter((_, i) => i % 2 === 1).map((number, i) => (all[i * 2] === (EventKind.write | ((number % 100) << 8)) ? number : -number));
}

test('an event is kept as its kind, mode, thread and object', () => {
  const made = newStore();
  made.event(1, EventKind.take, 2 ** 24 - 1, 2 ** 29 - 1, Mode.permits, 5, 6);
  made.note(2, 3, 0, 0, { kind: 'k', data: {}, operations: [] });
  const [word, object, note] = made.slice(0, 2);
  expect([word! & 15, (word! >>> 4) & 15, word! >>> 8, object]).toEqual([EventKind.take, Mode.permits, 2 ** 24 - 1, 2 ** 29 - 1]);
  expect([note! & 15, note! >>> 8]).toEqual([EventKind.note, 3]);
  expect(made.size).toBe(2);
});

describe('the line of an event', () => {
  test('is 0 where the trace has no lines', () => {
    const made = newStore();
    add(made, 1);
    expect(made.lineOf(1)).toBe(0);
  });

  test('is the one that it came from, whatever lines lie between', () => {
    const position = { line: 0 };
    const made = newStore(position);
    const lines = [2, 3, 4, 9, 10, 12, 13, 14, 15, 40];
    for (const [row, line] of lines.entries()) {
      position.line = line;
      add(made, row + 1);
    }
    expect(lines.map((_, row) => made.lineOf(row + 1))).toEqual(lines);
  });

  test('is that of several rows that one line made', () => {
    const position = { line: 7 };
    const made = newStore(position);
    add(made, 1);
    add(made, 2);
    position.line = 8;
    add(made, 3);
    expect([1, 2, 3].map((event) => made.lineOf(event))).toEqual([7, 7, 8]);
  });

  test('is its own where numbers before it were left out', () => {
    const position = { line: 0 };
    const made = newStore(position);
    const lines = new Map([[5, 2], [6, 3], [9, 4], [10, 7], [2 ** 40, 8]]);
    for (const [event, line] of lines) {
      position.line = line;
      add(made, event);
    }
    expect([...lines.keys()].map((event) => made.lineOf(event))).toEqual([...lines.values()]);
  });

  test('is known of events that are not kept any more', () => {
    const position = { line: 0 };
    const made = newStore(position, BLOCK);
    for (let number = 1; number <= BLOCK + 3; number++) {
      position.line = number <= BLOCK ? number + 1 : number + 10;
      add(made, number);
    }
    expect(made.isFull).toBe(true);
    expect([BLOCK, BLOCK + 1, BLOCK + 3].map((event) => made.lineOf(event))).toEqual([BLOCK + 1, BLOCK + 11, BLOCK + 13]);
  });
});

describe('a store does not have all', () => {
  test('not while event numbers follow each other', () => {
    const made = newStore();
    add(made, 1);
    add(made, 2);
    expect([made.hasGap, made.isFull]).toEqual([false, false]);
  });

  test('where a number was left out, also the first', () => {
    const later = newStore();
    add(later, 2);
    expect(later.hasGap).toBe(true);
    const between = newStore();
    add(between, 1);
    add(between, 3);
    expect([between.hasGap, between.isFull, between.size]).toEqual([true, false, 2]);
  });

  test('where there were more events than it keeps; the first ones stay', () => {
    const made = newStore({ line: 0 }, BLOCK);
    for (let number = 1; number <= BLOCK; number++) add(made, number);
    expect([made.hasGap, made.isFull]).toEqual([false, false]);
    add(made, BLOCK + 1);
    add(made, BLOCK + 2);
    expect([made.hasGap, made.isFull, made.failure, made.size]).toEqual([false, true, undefined, BLOCK]);
    expect(numbers(made.slice(BLOCK - 2, BLOCK))).toEqual([BLOCK - 1, BLOCK]);
  });
});

test('more events than stay in memory are there, in blocks and in slices across them', () => {
  const made = newStore();
  const count = RESIDENT + 2 * BLOCK + 5;
  for (let number = 1; number <= count; number++) add(made, number);
  expect([made.size, made.hasGap, made.isFull, made.failure]).toEqual([count, false, false, undefined]);
  for (let again = 0; again < 2; again++) {
    let seen = 0;
    let wrong = 0;
    for (const [block, used] of made.blocks()) for (let i = 1; i < used; i += 2) if (block[i] !== ++seen) wrong++;
    expect([seen, wrong]).toEqual([count, 0]);
    for (const middle of [BLOCK, RESIDENT, RESIDENT + BLOCK, RESIDENT + 2 * BLOCK]) {
      expect(numbers(made.slice(middle - 2, middle + 2))).toEqual([middle - 1, middle, middle + 1, middle + 2]);
    }
    expect(made.slice(BLOCK - 1, RESIDENT + BLOCK + 1)).toHaveLength(2 * (RESIDENT + 2));
  }
  expect(made.slice(7, 7)).toHaveLength(0);
});

describe('where there can be no temporary file, a store', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('keeps what fits into memory, says why it keeps no more, and does not try again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockgraph-store-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    const made = newStore({ line: 0 }, undefined, 1);
    for (let number = 1; number <= 2 * BLOCK; number++) add(made, number);
    expect([made.size, made.failure]).toEqual([2 * BLOCK, undefined]);
    add(made, 2 * BLOCK + 1);
    expect([made.size, made.isFull, made.failure!.folder, made.failure!.reason]).toEqual([2 * BLOCK, false, join(folder, 'missing'), 'ENOENT: no such file or directory']);
    vi.stubEnv('TMPDIR', folder);
    add(made, 2 * BLOCK + 2);
    expect([made.size, made.failure!.folder]).toEqual([2 * BLOCK, join(folder, 'missing')]);
    expect(numbers(made.slice(BLOCK - 1, BLOCK + 1))).toEqual([BLOCK, BLOCK + 1]);
  });
});

test('a store without events has nothing to go through', () => {
  const made = newStore();
  expect([...made.blocks()].map(([, used]) => used)).toEqual([0]);
  expect(made.slice(0, 0)).toHaveLength(0);
});

test('a store that is told of no position has no lines', () => {
  const made = new EventStore();
  open.push(made);
  add(made, 1);
  expect([made.size, made.lineOf(1)]).toEqual([1, 0]);
});

test.each<[string, unknown[], string]>([
  ['null', [null], 'position must be an object with the number of a line, as { line: 0 }, and the one that readTrace is given; got null'],
  ['a number', [3], 'position must be an object'],
  ['an object without a line', [{ line: undefined }], 'position must be an object'],
  ['a line that is no number', [{ line: Number.NaN }], 'position must be an object'],
  ['no events at all', [{ line: 0 }, 0], 'most must be an integer from 1, got 0'],
  ['half a block', [{ line: 0 }, 10, 0.5], 'resident must be an integer from 0, got 0.5'],
])('a store refuses %s, and says what it takes', (_, values, message) => {
  expect(() => new EventStore(...(values as []))).toThrow(message);
});
