/** The head of an emitted C program: the comment that says how to use it, and what its fixed part is told of the log. */
import { escapeName } from 'lockgraph';
import type { CallLog } from './call-log.js';
import type { ThreadPlan } from './emit-c-threads.js';

/** What is in front of the names of jemalloc's functions, as it was configured. */
export const cPrefixes = ['none', 'je_', '_rjem_'] as const;

export interface EmitCOptions {
  /** Whether the program calls `mallocx`, `sdallocx` and so on, or `malloc` and `free`. */
  readonly sized: boolean;
  readonly prefix: (typeof cPrefixes)[number];
}

/** @param width characters of the longest row, with its end */
export function cHeader(log: CallLog, { sized, prefix }: EmitCOptions, threads: ThreadPlan, width: number): string {
  const { mainIsT0, slots, others } = threads;
  return `/*
 * The allocator calls of ${nameInComment(log.name)}, made again. Calls: ${log.calls}. Threads: ${log.threads.length}.
 * Written by alloc-model emit-c. The calls are the table at the end.
 *
${useOf(sized, prefix)}
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
 * The calls are made one at a time in the order of the table, each by its thread; t0 is ${mainIsT0 ? 'the main thread' : 'a thread of its own'}.
${slots === 0 || prefix !== 'none' ? '' : ` * Threads start before the first call (${slots} of them), for which the C library may ask the allocator for memory.\n`} */
#define _POSIX_C_SOURCE 200809L

#define CALLS ${log.calls}
#define WIDTH ${width}
/* Threads of the log beside the main thread, and how many of them are started at the outset. */
#define THREADS ${others}
#define SLOTS ${slots}
#define MAIN_IS_T0 ${mainIsT0 ? 1 : 0}
#define SIZED ${sized ? 1 : 0}
#define PREFIXED ${prefix === 'none' ? 0 : 1}
#define NAME(function) ${prefix === 'none' ? 'function' : `${prefix}##function`}

`;
}

function useOf(sized: boolean, prefix: EmitCOptions['prefix']): string {
  const called = sized ? 'mallocx, rallocx, sdallocx and dallocx' : 'malloc, calloc, aligned_alloc, realloc and free';
  const lines =
    prefix === 'none'
      ? [
          'cc -std=c11 -g -O2 -pthread replay.c -o replay',
          './replay',
          'LD_PRELOAD=/path/to/libjemalloc.so.2 ./replay',
          'MALLOC_CONF=lg_tcache_max:16 LD_PRELOAD=/path/to/libjemalloc.so.2 ./replay',
        ]
      : [
          'cc -std=c11 -g -O2 -pthread replay.c /path/to/libjemalloc.a -lm -ldl -o replay',
          './replay',
          `${prefix.toUpperCase()}MALLOC_CONF=lg_tcache_max:16 ./replay`,
        ];
  const lack = sized && prefix === 'none' ? [' * Where the allocator has no such functions, malloc and free are called instead, and the program says so.'] : [];
  return [` * It calls ${called}${prefix === 'none' ? '' : `, each with ${prefix} in front`}.`, ...lack, ' *', ...lines.map((line) => ` *     ${line}`)].join('\n');
}

/** A name that neither ends the comment nor means anything in it: printable ASCII, without the marks of comments and trigraphs. */
function nameInComment(name: string): string {
  const ascii = escapeName(name).replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return `"${ascii.replace(/(?<=\*)\/|(?<=\/)\*|(?<=\?)\?/g, '\\$&')}"`;
}
