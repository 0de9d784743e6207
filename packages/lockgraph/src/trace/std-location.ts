/** The number that stands for a call in STD, which says where by a number alone. */
import type { CallTree } from './call-tree.js';
import type { CallId } from './event.js';

/** The line in `src/bank.ts:14:33` or `src/bank.ts:14`. */
const SITE_LINE = /:(\d+)(?::\d+)?$/;
/** What a reader of STD calls the location 17. */
const LOCATION = /^location (-?\d+)$/;

const MOST_LOCATION = 2 ** 31 - 1;

export function locationName(location: number): string {
  return `location ${location}`;
}

/** The line of the site nearest to the tip of the call; of a call that was a location of STD, that location. 0: it is not known. */
export function locationOf(calls: CallTree, call: CallId): number {
  if (call === 0) return 0;
  const text = LOCATION.exec(calls.frameName(calls.frameOf(call)))?.[1] ?? SITE_LINE.exec(calls.site(call) ?? '')?.[1];
  const location = Number(text ?? 0);
  return Math.abs(location) <= MOST_LOCATION ? location : 0;
}
