import { expect, test } from 'vitest';
import { wantOf } from '../../../../packages/lockgraph/src/detect/order/acquire-tree.js';
import { Closure } from '../../../../packages/lockgraph/src/detect/predict/closure.js';
import { atOnce } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import { RecordTag, ThreadRecords } from '../../../../packages/lockgraph/src/detect/predict/thread-records.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { RandomNumbers } from './random-numbers.js';
import { parseStd } from './std-trace.js';
import type { StdEvent, StdTrace } from './std-trace.js';
import { randomRows, recorded, stored } from './stored.js';

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

/** Lines of the events that a sync-preserving closure has; undefined if there is none. Naive: each rule again and again, until nothing is added. */
function naiveClosure(trace: StdTrace, start: readonly StdEvent[]): Set<number> | undefined {
  const inside = new Set(start.map(({ line }) => line));
  const sections = criticalSections(trace);
  for (let size = -1; size !== inside.size; ) {
    size = inside.size;
    for (const event of trace.events) {
      if (!inside.has(event.line)) continue;
      const ofThread = (name: string): StdEvent[] => trace.events.filter(({ thread, line }) => thread === name && line < event.line);
      const forks = trace.events.filter(({ op, operand, line }) => op === 'fork' && operand === event.thread && line < event.line);
      const write = event.op === 'r' ? trace.events.findLast(({ op, operand, line }) => op === 'w' && operand === event.operand && line < event.line) : undefined;
      const needed = [...ofThread(event.thread), ...forks, ...(write === undefined ? [] : [write]), ...(event.op === 'join' ? ofThread(event.operand) : [])];
      for (const { line } of needed) inside.add(line);
    }
    for (const one of sections) {
      const isOverTaken = sections.some((other) => other.lock === one.lock && other.from > one.from && inside.has(other.from));
      if (!inside.has(one.from) || !isOverTaken) continue;
      if (one.to === undefined) return undefined;
      inside.add(one.to);
    }
  }
  return inside;
}

interface Section {
  readonly lock: string;
  /** Lines; a lock that is taken again by its holder counts as one section. */
  readonly from: number;
  readonly to: number | undefined;
}

function criticalSections({ of }: StdTrace): Section[] {
  return of.flatMap((events) => {
    const open = new Map<string, { from: number; depth: number }>();
    const sections: Section[] = [];
    for (const { op, operand, line } of events) {
      const section = open.get(operand);
      if (op === 'acq') open.set(operand, { from: section?.from ?? line, depth: (section?.depth ?? 0) + 1 });
      if (op !== 'rel' || section === undefined) continue;
      if (--section.depth > 0) continue;
      open.delete(operand);
      sections.push({ lock: operand, from: section.from, to: line });
    }
    return [...sections, ...[...open].map(([lock, { from }]) => ({ lock, from, to: undefined }))];
  });
}

/** The row of each pair of a thread. */
function rowsOfPairs(records: ThreadRecords, thread: number): number[] {
  const rows: number[] = [];
  const cursor = records.cursor(thread);
  while (!cursor.atEnd) {
    const isLearned = (cursor.first & 3) === RecordTag.learn;
    cursor.advance();
    if (isLearned) cursor.advance();
    const probe = records.cursor(thread);
    for (let i = 0; i < cursor.index - 1; i++) {
      void probe.first;
      probe.advance();
    }
    void probe.first;
    rows.push(...Array.from({ length: isLearned ? 2 : 1 }, () => probe.second));
  }
  return rows;
}

test('the closure of some first steps is the least set that all rules allow', async () => {
  const outcomes = { closed: 0, larger: 0 };
  for (const seed of SEEDS) {
    const text = randomRows(seed);
    const trace = parseStd(text);
    const file = await stored(text);
    const { records } = recorded(file);
    const threads = trace.threads.map((name) => file.registry.threads.id(name));
    const rows = threads.map((thread) => rowsOfPairs(records, thread));
    const closure = new Closure(records);
    const random = new RandomNumbers(seed);
    for (let trial = 0; trial < 8; trial++) {
      closure.clear();
      // Some of the set, closed, and some more: what was read is not read again.
      const start: StdEvent[] = [];
      let expected: Set<number> | undefined = new Set();
      for (let more = 0; more < 3 && expected !== undefined; more++) {
        const index = random.below(threads.length);
        // Not between the two pairs of one step.
        const pairs = random.below(rows[index]!.length) + 1;
        const whole = rows[index]!.lastIndexOf(rows[index]![pairs - 1]!) + 1;
        start.push(...trace.of[index]!.filter(({ line }) => line - 1 <= rows[index]![whole - 1]!));
        expected = naiveClosure(trace, start);
        closure.include(threads[index]!, whole);
        expect([seed, atOnce(closure.close())]).toEqual([seed, expected !== undefined]);
        if (expected === undefined) break;
        const inside = rows.map((all) => all.filter((row) => expected!.has(row + 1)).length);
        expect([seed, threads.map((thread) => closure.inside(thread))]).toEqual([seed, inside]);
        outcomes.closed++;
        if (expected.size > start.length) outcomes.larger++;
      }
      if (expected === undefined) continue;
      const cut = closure.cut();
      for (const [index, thread] of threads.entries()) {
        const all = rows[index]!;
        const insideOf = all.filter((row) => expected!.has(row + 1)).length;
        expect([seed, cut.get(thread) ?? all[0]]).toEqual([seed, insideOf === 0 ? all[0] : (all[insideOf] ?? Infinity)]);
      }
    }
  }
  expect(outcomes.closed).toBeGreaterThan(3_000);
  expect(outcomes.larger).toBeGreaterThan(500);
});

test('a set of very many steps is closed in parts, each of which goes on where the one before it ended', () => {
  const sections = 200_000;
  const records = new ThreadRecords();
  for (let section = 0; section < sections; section++) {
    records.push(0, (wantOf(section % 7, Mode.exclusive) << 2) | RecordTag.acquire, section * 2);
    records.push(0, (wantOf(section % 7, Mode.exclusive) << 2) | RecordTag.release, section * 2 + 1);
  }
  // The other thread has learned of all but the last step.
  records.push(1, (0 << 2) | RecordTag.learn, sections * 2 - 1);
  records.push(1, RecordTag.row, sections * 2);
  const closure = new Closure(records);
  closure.include(1, 2);
  const work = closure.close();
  let parts = 1;
  for (let step = work.next(); step.done !== true; step = work.next()) parts++;
  expect(parts).toBeGreaterThan(3);
  expect([closure.inside(0), closure.inside(1), closure.read]).toEqual([sections * 2 - 1, 2, sections * 2]);
});
