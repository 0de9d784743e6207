import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallLog } from '../../../packages/alloc-model/src/trace/call-log.js';
import { CallLogBuilder } from '../../../packages/alloc-model/src/trace/call-log-builder.js';
import { CallLogError } from '../../../packages/alloc-model/src/trace/call-log-error.js';
import { emitC } from '../../../packages/alloc-model/src/trace/emit-c.js';
import { randomLogs } from './random-log.js';

const plain = { sized: true, prefix: 'none' } as const;

function program(log: CallLog, options: Parameters<typeof emitC>[1] = plain): string {
  return [...emitC(log, options)].join('');
}

function oneCall(name: string): CallLog {
  const builder = new CallLogBuilder(name);
  builder.mallocx(2 ** 53 - 1, 2 ** 47, 0, 0);
  return builder.build();
}

/** The rows of the table, as text. */
function tableOf(text: string): string[] {
  const table = text.slice(text.indexOf('calls[CALLS][WIDTH] = {\n'));
  return [...table.matchAll(/^ {4}"(.*)",$/gm)].map(([, row]) => row!);
}

function defined(text: string, name: string): number {
  return Number(new RegExp(`^#define ${name} (\\d+)$`, 'm').exec(text)![1]);
}

describe('an emitted C program', () => {
  test('is a head that explains it, a part that all have, and the calls, each block named by the call that returned it', () => {
    const builder = new CallLogBuilder('three.trace');
    builder.mallocx(900, 48, 0, 0);
    builder.rallocx(900, 901, 100, 6, 3);
    builder.sdallocx(901, 32, 0, 0);
    builder.texit(3);
    const text = program(builder.build(), { sized: true, prefix: 'je_' });
    const [head, table] = text.split(/#include[^]*\nint main\([^]*?\n}\n/);
    expect(head).toMatchInlineSnapshot(`
      "/*
       * The allocator calls of "three.trace", made again. Calls: 4. Threads: 2.
       * Written by alloc-model emit-c. The calls are the table at the end.
       *
       * It calls mallocx, rallocx, sdallocx and dallocx, each with je_ in front.
       *
       *     cc -std=c11 -g -O2 -pthread replay.c /path/to/libjemalloc.a -lm -ldl -o replay
       *     ./replay
       *     JE_MALLOC_CONF=lg_tcache_max:16 ./replay
       *
       * Options
       *   --every N          prints every Nth call before it is made
       *   --stall SECONDS    how long a call may take until the program calls it stuck; default 10
       *   --wait             a stuck program stays, for gdb -p
       *   --break CALL       stops before that call, for gdb --args
       *   --touch            writes the first and the last byte of each block
       *
       * Exit codes
       *   0 all calls returned; 1 all returned, and two blocks in use overlapped; 2 wrong usage, or no thread could be started;
       *   3 a call got no memory; 4 stuck in a call. A signal is told with the call, and ends the program as ever.
       *
       * The calls are made one at a time in the order of the table, each by its thread; t0 is the main thread.
       */
      #define _POSIX_C_SOURCE 200809L

      #define CALLS 4
      #define WIDTH 19
      /* Threads of the log beside the main thread, and how many of them are started at the outset. */
      #define THREADS 1
      #define SLOTS 1
      #define MAIN_IS_T0 1
      #define SIZED 1
      #define PREFIXED 1
      #define NAME(function) je_##function

      "
    `);
    expect(table).toMatchInlineSnapshot(`
      "
      /* ---- the calls, one a row: call N is row N. A block is named by the call that returned it ------------------------- */

      /*
       * mallocx SIZE FLAGS [tK]
       * rallocx CALL SIZE FLAGS [tK]
       * sdallocx CALL CLAIMED FLAGS [tK]
       * dallocx CALL FLAGS [tK]
       * texit tK
       */
      static const char calls[CALLS][WIDTH] = {
          "mallocx 48 0",
          "rallocx 1 100 6 t3",
          "sdallocx 2 32 0",
          "texit t3",
      };
      "
    `);
  });

  test('holds exactly the calls of the log', () => {
    fc.assert(
      fc.property(randomLogs(2 ** 47), (log) => {
        const text = program(log);
        const rows = tableOf(text);
        expect(defined(text, 'CALLS')).toBe(log.calls);
        expect(defined(text, 'WIDTH')).toBe(Math.max(...rows.map((row) => row.length + 1)));
        const twin = new CallLogBuilder('random');
        rows.forEach((row, index) => {
          const [name, ...words] = row.split(' ');
          const thread = words.at(-1)!.startsWith('t') ? Number(words.pop()!.slice(1)) : 0;
          const [first = 0, second = 0, third = 0] = words.map(Number);
          if (name === 'mallocx') twin.mallocx(index + 1, first, second, thread);
          else if (name === 'rallocx') twin.rallocx(first, index + 1, second, third, thread);
          else if (name === 'sdallocx') twin.sdallocx(first, second, third, thread);
          else if (name === 'dallocx') twin.dallocx(first, second, thread);
          else twin.texit(thread);
        });
        const { name: _, ids: __, ...columns } = log;
        expect(twin.build()).toMatchObject(columns);
      }),
    );
  });

  test('is the same text each time', () => {
    const log = oneCall('a');
    expect(program(log)).toBe(program(log));
  });

  test('calls by the names that the prefix and the sizes make', () => {
    const log = oneCall('a');
    expect(program(log, { sized: false, prefix: '_rjem_' })).toContain('_RJEM_MALLOC_CONF=lg_tcache_max:16 ./replay');
    expect(program(log, { sized: false, prefix: '_rjem_' })).toContain('#define NAME(function) _rjem_##function\n');
    expect(program(log, { sized: false, prefix: 'none' })).toContain('#define SIZED 0\n');
    expect(program(log, { sized: true, prefix: 'none' })).toContain('#define NAME(function) function\n');
  });

  test.each(['*/ int x; /*', '/*/ */', 'a\n*/', '??/\n*/', '\\', '\u202e*/', 'é\0', '*'.repeat(5000), ''])('lets a name do no harm that means something in C (%#)', (name) => {
    const text = program(oneCall(name));
    const comment = text.slice(0, text.indexOf('#define'));
    expect(comment).toMatch(/^[ -~\n]*$/);
    expect(comment.indexOf('*/')).toBe(comment.length - 3);
    expect(comment.lastIndexOf('/*')).toBe(0);
    expect(comment).not.toContain('??');
    expect(comment.split('\n')[1]!.length).toBeLessThan(700);
    expect(text.slice(comment.length)).toBe(program(oneCall('other')).replace(/^[^]*?(?=#define)/, ''));
  });

  test('has stacks for threads that are there at once, however many come and go', () => {
    const builder = new CallLogBuilder('many');
    for (let thread = 1; thread <= 10_000; thread++) {
      builder.mallocx(thread, 8, 0, thread);
      builder.texit(thread);
    }
    const text = program(builder.build());
    expect(defined(text, 'THREADS')).toBe(10_000);
    expect(defined(text, 'SLOTS')).toBe(256);
  });

  test('is made of ten million calls, and refused to one more', () => {
    const looked = new Error('the log is looked at');
    const logOf = (calls: number): CallLog => ({
      ...oneCall('long'),
      calls,
      get threads(): never {
        throw looked;
      },
    });
    expect(() => program(logOf(10_000_001))).toThrow(new CallLogError('long', 0, '10000001 calls: a C program is made of at most 10000000'));
    expect(() => program(logOf(10_000_000))).toThrow(looked);
  });

  test('is refused to a log of more than a thousand threads at once, at the line of the first too many', () => {
    const builder = new CallLogBuilder('crowd');
    for (let thread = 0; thread <= 1001; thread++) builder.mallocx(thread, 8, 0, thread);
    expect(() => program(builder.build())).toThrow(new CallLogError('crowd', 1002, 'more than 1000 threads at once: a C program of so many is not made'));
  });

  test('has t0 as its main thread, unless the log ends it', () => {
    expect(defined(program(oneCall('a')), 'MAIN_IS_T0')).toBe(1);
    const builder = new CallLogBuilder('ends');
    builder.mallocx(1, 8, 0, 0);
    builder.texit(0);
    expect(defined(program(builder.build()), 'MAIN_IS_T0')).toBe(0);
  });
});
