import { describe, expect, test } from 'vitest';
import { ScheduleReplay } from '../../../../packages/lockgraph/src/detect/predict/schedule-replay.js';
import type { TraceShape } from '../../../../packages/lockgraph/src/detect/predict/schedule-replay.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { EventKind, Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { RandomNumbers } from './random-numbers.js';
import { Reordering } from './reordering.js';
import { parseStd } from './std-trace.js';
import { randomRows, rowsOf, stored } from './stored.js';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

test('a schedule is accepted step by step as far as a naive check accepts it, in whatever order its threads go', async () => {
  let whole = 0;
  let refused = 0;
  for (const seed of SEEDS) {
    const text = randomRows(seed);
    const trace = await stored(text);
    const rows = rowsOf(trace);
    const reordering = new Reordering(parseStd(text));
    const random = new RandomNumbers(seed);
    for (let trial = 0; trial < 10; trial++) {
      // Half of them go only where they may, so that some come far.
      const careful = random.chance(50);
      const replay = new ScheduleReplay(trace.shape);
      let state = reordering.start;
      for (;;) {
        const threads = [...reordering.trace.threads.keys()].filter((thread) => reordering.next(state, thread) !== undefined && (!careful || reordering.isEnabled(state, thread)));
        if (threads.length === 0) {
          whole++;
          break;
        }
        const thread = random.pick(threads);
        const { line } = reordering.next(state, thread)!;
        const { kind, object, mode, facts, thread: id } = rows[line - 1]!;
        expect(replay.isNext(id, facts)).toBe(isForked(reordering, state, thread));
        const enabled = reordering.isEnabled(state, thread);
        replay.step(line - 1, kind, id, object, mode, facts);
        expect([seed, line, replay.failedAt]).toEqual([seed, line, enabled ? undefined : line - 1]);
        if (!enabled) {
          refused++;
          break;
        }
        state = reordering.after(state, thread);
      }
    }
  }
  expect(whole).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});

function isForked({ trace }: Reordering, { executed }: Reordering['start'], thread: number): boolean {
  return trace.of.every((events, forker) => events.findIndex(({ op, operand }) => op === 'fork' && operand === trace.threads[thread]) < executed[forker]!);
}

describe('of single steps', () => {
  const shape: TraceShape = { threads: 3, locks: 2, variables: 1, excludes: Uint8Array.of(1, 0), recursive: Uint8Array.of(0, 0) };
  const [LOCK, KEPT] = [0, 1];
  const facts = { ordinal: 0, starts: 0, writer: NONE, joined: 0, before: NONE, renewals: 0 };

  /** Steps in order, each with what differs from a take of the lock in its facts; those of a thread are counted by themselves. */
  function replayed(...steps: readonly (readonly [thread: number, kind: EventKind, object: number, mode?: Mode, facts?: Partial<typeof facts>])[]): ScheduleReplay {
    const replay = new ScheduleReplay(shape);
    const done = [0, 0, 0];
    for (const [row, [thread, kind, object, mode = Mode.exclusive, said]] of steps.entries()) {
      replay.step(row, kind, thread, object, mode, { ...facts, ordinal: done[thread]!++, ...said });
    }
    return replay;
  }

  const { take, release, spawn, join, write, destroy } = EventKind;

  test('the first one that fails is told, and nothing counts behind it', () => {
    const replay = replayed([0, take, LOCK], [1, take, LOCK], [0, release, LOCK]);
    expect(replay.failedAt).toBe(1);
    expect(replay.blocks(0, LOCK, Mode.exclusive)).toBe(true);
  });

  test('a step comes after all before it of its thread, and once', () => {
    expect(replayed([0, write, 0, Mode.exclusive, { ordinal: 1 }]).failedAt).toBe(0);
    expect(replayed([0, write, 0], [0, write, 0, Mode.exclusive, { ordinal: 0 }]).failedAt).toBe(1);
  });

  test('a thread goes on after as many starts as it had had', () => {
    expect(replayed([1, write, 0, Mode.exclusive, { starts: 1 }]).failedAt).toBe(0);
    expect(replayed([0, spawn, 1], [1, write, 0, Mode.exclusive, { starts: 1 }]).failedAt).toBeUndefined();
    expect(replayed([0, spawn, 1], [1, write, 0, Mode.exclusive, { starts: 2 }]).failedAt).toBe(1);
  });

  test('a join comes when the other one has made all that it had made, or more', () => {
    expect(replayed([0, join, 1, Mode.join, { joined: 1 }]).failedAt).toBe(0);
    expect(replayed([1, write, 0], [0, join, 1, Mode.join, { joined: 1 }]).failedAt).toBeUndefined();
    expect(replayed([1, write, 0], [1, write, 0], [0, join, 1, Mode.join, { joined: 1 }]).failedAt).toBeUndefined();
  });

  test('a lock that may not be taken again by its holder is not', () => {
    expect(replayed([0, take, LOCK], [0, take, LOCK]).failedAt).toBe(1);
  });

  test('a lock is taken in the life in which it was, and destroyed when nobody has it', () => {
    expect(replayed([0, destroy, LOCK], [1, take, LOCK, Mode.exclusive, { renewals: 1 }], [1, release, LOCK, Mode.exclusive, { renewals: 1 }]).failedAt).toBeUndefined();
    expect(replayed([0, destroy, LOCK], [1, take, LOCK]).failedAt).toBe(1);
    expect(replayed([1, take, LOCK, Mode.exclusive, { renewals: 1 }]).failedAt).toBe(0);
    expect(replayed([0, destroy, LOCK, Mode.exclusive, { renewals: 1 }]).failedAt).toBe(0);
    expect(replayed([1, take, LOCK], [0, destroy, LOCK]).failedAt).toBe(1);
    expect(replayed([1, take, LOCK, Mode.shared], [0, destroy, LOCK]).failedAt).toBe(1);
  });

  test('what nobody has is not given back', () => {
    expect(replayed([0, release, LOCK]).failedAt).toBe(0);
    expect(replayed([0, take, LOCK, Mode.shared], [0, release, LOCK, Mode.exclusive]).failedAt).toBe(1);
  });

  test('a lock that is had in two ways is given back in that of the release', () => {
    const upgraded = [
      [0, take, LOCK, Mode.upgradable],
      [0, take, LOCK, Mode.exclusive],
    ] as const;
    expect(replayed(...upgraded, [0, release, LOCK, Mode.upgradable], [1, take, LOCK, Mode.shared]).failedAt).toBe(3);
    expect(replayed(...upgraded, [0, release, LOCK, Mode.exclusive], [1, take, LOCK, Mode.shared]).failedAt).toBeUndefined();
    expect(replayed([0, take, LOCK], [0, take, LOCK, Mode.shared], [0, release, LOCK], [1, take, LOCK, Mode.shared]).failedAt).toBeUndefined();
  });

  test('who has a lock keeps out, and since when he has it, follows from the mode', () => {
    const replay = replayed([0, take, LOCK, Mode.shared], [1, take, LOCK, Mode.upgradable]);
    expect([Mode.shared, Mode.upgradable, Mode.exclusive].map((mode) => replay.blocks(0, LOCK, mode))).toEqual([false, false, true]);
    expect([Mode.shared, Mode.upgradable, Mode.exclusive].map((mode) => replay.blocks(1, LOCK, mode))).toEqual([false, true, true]);
    expect([0, 1, 2].map((thread) => replay.takenAt(thread, LOCK))).toEqual([0, 1, NONE]);
  });

  test('what keeps its order in the trace keeps it, and locks nobody out', () => {
    expect(replayed([0, take, KEPT], [1, take, KEPT, Mode.exclusive, { before: 0 }]).failedAt).toBeUndefined();
    expect(replayed([0, take, KEPT], [1, take, KEPT]).failedAt).toBe(1);
    expect(replayed([1, take, KEPT, Mode.exclusive, { before: 7 }]).failedAt).toBe(0);
  });

  test('a lock that is held is not destroyed', () => {
    expect(replayed([0, take, LOCK], [1, destroy, LOCK]).failedAt).toBe(1);
    expect(replayed([0, take, LOCK], [0, release, LOCK], [1, destroy, LOCK]).failedAt).toBeUndefined();
  });
});
