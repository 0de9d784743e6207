/** What became of the lines of a gdb log. Plain data. */
import type { LoggedLines } from 'lockgraph';

/** How often something was met, and on which line first; both 0 if never. */
export interface Met {
  readonly count: number;
  readonly line: number;
}

/** Why a call of the log is not, or not as it stands, a call of the trace. */
export const importNotes = ['unknown', 'adopted', 'freedTwice', 'failed', 'withoutEffect', 'impossible', 'emptySize', 'unseenFree', 'unreturned'] as const;

/**
 * - `unknown`: about a block that no call of the log returned: left out
 * - `adopted`: resizes such a block: taken for the call that got it
 * - `freedTwice`: about a block that is freed already: left out
 * - `failed`: returned no block, or could not grow it: left out
 * - `withoutEffect`: `free(NULL)` and the like: left out
 * - `impossible`: sizes or flags that no call can have, and never returned: left out
 * - `emptySize`: of 0 bytes, which jemalloc takes for the smallest size: as 1 byte
 * - `unseenFree`: got a block at the address of one that the log did not see freed: that one stays live
 * - `unreturned`: never returned: a call of the trace all the same
 */
export type ImportNote = (typeof importNotes)[number];

export interface ImportSummary extends LoggedLines {
  readonly calls: number;
  readonly notes: Readonly<Record<ImportNote, Met>>;
}
