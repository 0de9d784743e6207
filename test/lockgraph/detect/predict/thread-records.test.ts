import { afterEach, describe, expect, test } from 'vitest';
import { RecordTag, ThreadRecords } from '../../../../packages/lockgraph/src/detect/predict/thread-records.js';
import type { RecordCursor } from '../../../../packages/lockgraph/src/detect/predict/thread-records.js';

/** More than a few full blocks. */
const MANY = 50_000;
/** Bytes of some four blocks. */
const LITTLE = 300_000;

let open: ThreadRecords[] = [];
afterEach(() => {
  for (const records of open) records.close();
  open = [];
});

function newRecords(resident?: number): ThreadRecords {
  const made = new ThreadRecords(resident);
  open.push(made);
  return made;
}

/** Pairs that tell themselves apart. */
function fill(into: ThreadRecords, thread: number, pairs: number): void {
  for (let i = 0; i < pairs; i++) into.push(thread, i * 4, thread * 1_000_000 + i);
}

/** The pairs of a thread from where the cursor is on; their first integers, if they are what {@link fill} wrote. */
function read(cursor: RecordCursor, thread: number, pairs: number): number {
  let good = 0;
  for (let i = cursor.index; i < pairs; i++) {
    if (cursor.first === i * 4 && cursor.second === thread * 1_000_000 + i) good++;
    cursor.advance();
  }
  return good;
}

describe.each([
  ['in memory', undefined],
  ['in memory and in a file', LITTLE],
  ['in a file, but for first small blocks', 0],
])('records %s', (_, resident) => {
  test('are read as they were written, thread by thread', () => {
    const made = newRecords(resident);
    fill(made, 0, MANY);
    fill(made, 3, 10);
    fill(made, 1, MANY);
    for (const [thread, pairs] of [[0, MANY], [3, 10], [1, MANY]] as const) {
      expect(made.size(thread)).toBe(pairs);
      const cursor = made.cursor(thread);
      expect(read(cursor, thread, pairs)).toBe(pairs);
      expect(cursor.atEnd).toBe(true);
    }
  });

  test('are read again from the beginning, wherever reading had come to', () => {
    const made = newRecords(resident);
    fill(made, 2, MANY);
    const cursor = made.cursor(2);
    for (const upTo of [10, MANY / 2, MANY, 1, MANY]) {
      expect(read(cursor, 2, upTo)).toBe(upTo);
      cursor.rewind();
      expect(cursor.index).toBe(0);
    }
  });

  test('are read by several cursors that do not disturb each other', () => {
    const made = newRecords(resident);
    fill(made, 0, MANY);
    fill(made, 1, MANY);
    const [one, other, same] = [made.cursor(0), made.cursor(1), made.cursor(0)];
    let good = 0;
    for (let upTo = 1_000; upTo <= MANY; upTo += 1_000) {
      good += read(one, 0, upTo) + read(other, 1, upTo);
      if (upTo % 3_000 === 0) good += read(same, 0, upTo);
    }
    expect(good).toBe(2 * MANY + Math.floor(MANY / 3_000) * 3_000);
  });
});

test('a thread without records is at its end', () => {
  const made = newRecords();
  expect(made.size(7)).toBe(0);
  expect(made.cursor(7).atEnd).toBe(true);
  expect(made.cursor(7).nextRow()).toBeUndefined();
});

test('the next row is that of a step, of one pair or of two, also where these lie in two blocks', () => {
  for (const before of [0, 31, 32, 150, 159, 160]) {
    const made = newRecords();
    fill(made, 0, before);
    made.push(0, (5 << 2) | RecordTag.learn, 17);
    made.push(0, RecordTag.row, 4_711);
    made.push(0, (8 << 2) | RecordTag.release, 4_712);
    const cursor = made.cursor(0);
    expect(read(cursor, 0, before)).toBe(before);
    expect(cursor.nextRow()).toBe(4_711);
    cursor.rewind();
    expect(read(cursor, 0, before)).toBe(before);
    void cursor.first;
    cursor.advance();
    void cursor.first;
    cursor.advance();
    expect(cursor.nextRow()).toBe(4_712);
  }
});
