/** A program's allocator calls in the order in which they were made, as columns of numbers. Call N is row N - 1. */

/** The calls of a log. The numbers are the codes of the column, the names those of the files. */
export const CallKind = { mallocx: 0, rallocx: 1, sdallocx: 2, dallocx: 3, texit: 4 } as const;
export type CallKind = (typeof CallKind)[keyof typeof CallKind];

/** Names by {@link CallKind}. */
export const callNames = ['mallocx', 'rallocx', 'sdallocx', 'dallocx', 'texit'] as const;

/**
 * A valid log: every block that a call names is live there. Blocks and threads are numbered by life: what a name stands for
 * after a free, or after texit, is another block or thread.
 * Numbers go from 0 in the order of first calls, so a replay keeps its addresses in an array. Memory: 25 bytes a call, 8 a block.
 */
export interface CallLog {
  /** Of the file or program; for people. */
  readonly name: string;
  readonly calls: number;
  readonly kind: Uint8Array;
  /** The block returned by mallocx, or given to the others; -1 for texit. */
  readonly block: Int32Array;
  /** The block that rallocx returns; -1 for the others. */
  readonly newBlock: Int32Array;
  /** Bytes asked for by mallocx and rallocx, claimed by sdallocx; else 0. */
  readonly size: Float64Array;
  readonly flags: Int32Array;
  /** Index in {@link threads}. */
  readonly thread: Int32Array;
  /** The K of each thread's name tK. */
  readonly threads: readonly number[];
  /** The id that the log gives to a block, by its number. */
  readonly ids: Float64Array;
}
