/**
 * Long work in parts, between which the thread may do something else: a generator that yields wherever it may rest. Nothing but the parts is in the
 * loops that are hot: each part is a plain call, of a millisecond or so.
 */
import { setImmediate as turn } from 'node:timers/promises';

/** What the work comes to is what the generator returns. */
export type Parts<Result> = Generator<undefined, Result, undefined>;

/** Milliseconds of work after which the event loop has a turn. A signal is heard after as many. */
const WORK = 50;

/** Does all parts, one after the other. */
export function atOnce<Result>(work: Parts<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Does all parts, and lets the event loop turn now and then, so that signals, timers and streams are heard. */
export async function inTurns<Result>(work: Parts<Result>): Promise<Result> {
  for (let until = performance.now() + WORK; ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + WORK;
  }
}
