/** Loops over structures that may be damaged, and have no end then. */
import { UndefinedBehaviour } from '../../allocator.js';

/** After so many steps there must be a circle: nothing that is not damaged is that long. */
export const ENDLESS = 1_000_000;

/** What is thrown then: the real one goes round for ever, or is killed some day. */
export function endless(what: string): UndefinedBehaviour {
  return new UndefinedBehaviour(`${what} is damaged: its links go in a circle`);
}
