/**
 * How many pairs of locks are told of one stack: locks in no order make a pair of any two, so that a thread which takes a thousand of them in a loop would
 * have half a million. Memory: an entry for each stack.
 */
import type { CallId } from '../trace/event.js';

/** Pairs that are told of one stack. */
const PAIRS = 256;

export class PairsOfStacks {
  readonly #told = new Map<CallId, { readonly first: string; pairs: number }>();

  /** Another pair of a stack. @returns the first one's key, where the stack has enough: with that this one is counted */
  add(call: CallId, key: string): string | undefined {
    const told = this.#told.get(call);
    if (told === undefined) this.#told.set(call, { first: key, pairs: 1 });
    else if (told.pairs === PAIRS) return told.first;
    else told.pairs++;
    return undefined;
  }
}
