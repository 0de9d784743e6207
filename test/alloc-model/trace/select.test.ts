import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallLog, CallLogBuilder, callLogText, readCallLog, selectCalls } from 'alloc-model';

const text = (log: CallLog): string => [...callLogText(log)].join('');

async function logOf(...lines: string[]): Promise<CallLog> {
  return readCallLog(bytes(lines.map((line) => `${line}\n`).join('')), 'log');
}

async function* bytes(lines: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(lines);
}

async function selected(lines: readonly string[], kept: readonly number[]): Promise<string[]> {
  return text(selectCalls(await logOf(...lines), Uint8Array.from(kept)).log).trimEnd().split('\n');
}

describe('selectCalls', () => {
  test('keeps all calls, with ids from 1', async () => {
    expect(await selected(['mallocx 7 8 0', 'mallocx 9 16 0', 'sdallocx 7 8 0'], [1, 1, 1])).toEqual(['mallocx 1 8 0', 'mallocx 2 16 0', 'sdallocx 1 8 0']);
  });

  test('leaves the free of a block out whose mallocx is left out', async () => {
    expect(await selected(['mallocx 1 8 0', 'mallocx 2 16 0', 'sdallocx 1 8 0', 'dallocx 2 0'], [0, 1, 1, 1])).toEqual(['mallocx 1 16 0', 'dallocx 1 0']);
  });

  test('lets a block live whose free is left out, and gives its id to no other', async () => {
    expect(await selected(['mallocx 1 8 0', 'dallocx 1 0', 'mallocx 1 16 0'], [1, 0, 1])).toEqual(['mallocx 1 8 0', 'mallocx 2 16 0']);
  });

  test('frees the block that a left out rallocx would have moved', async () => {
    expect(await selected(['mallocx 1 8 0', 'rallocx 1 2 64 0', 'sdallocx 2 64 0'], [1, 0, 1])).toEqual(['mallocx 1 8 0', 'sdallocx 1 64 0']);
  });

  test('makes a rallocx a mallocx where its block is left out', async () => {
    expect(await selected(['mallocx 1 8 0', 'rallocx 1 2 64 0', 'sdallocx 2 64 0'], [0, 1, 1])).toEqual(['mallocx 1 64 0', 'sdallocx 1 64 0']);
  });

  test('lets a thread live whose texit is left out', async () => {
    const log = await logOf('mallocx 1 8 0 t1', 'texit t1', 'mallocx 2 8 0 t1');
    expect(selectCalls(log, Uint8Array.of(1, 1, 1)).log.threads).toEqual([1, 1]);
    expect(selectCalls(log, Uint8Array.of(1, 0, 1)).log.threads).toEqual([1]);
  });

  test('says which rows are left', async () => {
    const log = await logOf('mallocx 1 8 0', 'mallocx 2 16 0', 'sdallocx 1 8 0', 'dallocx 2 0');
    expect([...selectCalls(log, Uint8Array.of(0, 1, 1, 1)).rows]).toEqual([1, 3]);
  });

  test('leaves out what lies beyond the flags', async () => {
    expect(await selected(['mallocx 1 8 0', 'dallocx 1 0'], [1])).toEqual(['mallocx 1 8 0']);
  });

  test('gives a log that the strict reader accepts, and reads as the same, whatever is left out', async () => {
    await fc.assert(
      fc.asyncProperty(programs, fc.infiniteStream(fc.boolean()), async (log, flags) => {
        const kept = Uint8Array.from({ length: log.calls }, () => Number(flags.next().value));
        const { log: some, rows } = selectCalls(log, kept);
        expect(rows.every((row) => kept[row] === 1)).toBe(true);
        if (some.calls === 0) return;
        const again = await readCallLog(bytes(text(some)), log.name);
        expect(again).toEqual(some);
      }),
    );
  });
});

/** Programs in which blocks are moved and freed by any thread, ids are given out again, and threads end. */
const programs = fc.array(fc.tuple(fc.nat(9), fc.nat(4), fc.nat(2)), { minLength: 1, maxLength: 60 }).map((steps) => {
  const builder = new CallLogBuilder('program');
  const live: number[] = [];
  for (const [step, choice, thread] of steps) {
    const id = live.length === 0 ? undefined : live[choice % live.length]!;
    if (step === 9) builder.texit(thread);
    else if (step < 4 || id === undefined) {
      let free = 1;
      while (live.includes(free)) free++;
      builder.mallocx(free, 8 * (choice + 1), 0, thread);
      live.push(free);
    } else if (step < 6) builder.rallocx(id, id, 100 * (choice + 1), 0, thread);
    else {
      if (step < 8) builder.sdallocx(id, 8 * (choice + 1), 0, thread);
      else builder.dallocx(id, 0, thread);
      live.splice(live.indexOf(id), 1);
    }
  }
  return builder.build();
});
