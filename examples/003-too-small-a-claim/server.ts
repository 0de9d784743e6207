/** An ordinary program: it answers requests for pages of a table, and keeps the last few pages, each with its rows and its text. */
import type { CallLog } from 'alloc-model';
import { type GlobalAlloc, type Layout, RecordingAlloc } from './heap.js';
import { type BoxedSlice, type Boxing, Vec } from './vec.js';

const REQUESTS = 100;
const PAGES_KEPT = 6;
const MOST_ROWS = 20;
const MOST_CELLS = 60;
/** Rooms are reserved for so many cells, or rows, at once. */
const FIRST = 32;

const BYTE: Layout = { size: 1, align: 1 };
const CELL: Layout = { size: 40, align: 8 };
/** A pointer and a length. */
const BOX: Layout = { size: 16, align: 8 };

type Random = (below: number) => number;
type Row = BoxedSlice<number>;

interface Page {
  readonly rows: Vec<Row>;
  readonly text: Vec<string>;
}

function serve(heap: GlobalAlloc, box: Boxing): void {
  const random = numbers(11);
  const kept: Page[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const rows = readRows(heap, box, random);
    sort(heap, rows);
    kept.push({ rows, text: print(heap, rows) });
    if (kept.length > PAGES_KEPT) drop(kept.splice(random(kept.length), 1)[0]!);
  }
  kept.forEach(drop);
}

function readRows(heap: GlobalAlloc, box: Boxing, random: Random): Vec<Row> {
  const rows = new Vec<Row>(heap, BOX, FIRST);
  const length = 1 + random(MOST_ROWS);
  while (rows.items.length < length) {
    const cells = new Vec<number>(heap, CELL, FIRST);
    const width = 1 + random(MOST_CELLS);
    while (cells.items.length < width) cells.push(random(1000));
    rows.push(box(cells));
  }
  return rows;
}

/** A merge sort wants room for half of the rows, for a moment. */
function sort(heap: GlobalAlloc, rows: Vec<Row>): void {
  const half = rows.items.length >> 1;
  if (half === 0) return;
  const room = new Vec<Row>(heap, BOX, half);
  rows.items.sort((a, b) => a.items.length - b.items.length);
  room.drop();
}

/** Reserves 80 bytes for each cell; what is written there does not matter here. */
function print(heap: GlobalAlloc, rows: Vec<Row>): Vec<string> {
  const cells = rows.items.reduce((sum, row) => sum + row.items.length, 0);
  return new Vec<string>(heap, BYTE, 80 * cells);
}

function drop({ rows, text }: Page): void {
  for (const row of rows.items) row.drop();
  rows.drop();
  text.drop();
}

/** Numbers that look random, and are the same in every run. */
function numbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** The calls that the program makes. @param stopAt as that of RecordingAlloc */
export function serverCalls(box: Boxing, stopAt?: number): CallLog {
  const heap = new RecordingAlloc('server', stopAt);
  serve(heap, box);
  return heap.log();
}
