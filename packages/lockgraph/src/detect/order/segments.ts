/**
 * Which parts of threads must come before which, whatever the schedule: by fork and join, semaphores and barriers. A thread is cut into
 * segments where it starts another thread or learns of one; all of a segment is before what learns of it. Held locks order nothing.
 *
 * Cost: an arrow is O(1) and some 50 bytes. A question is a walk over the arrows that lead to the later part, each once; the next one about the same
 * thread, at this part or a later one, goes on from there.
 */
import type { ThreadId } from '../../trace/event.js';
import { grownCounts, grownIds, NONE } from '../state/columns.js';

/** Index of a part of a thread, from 0. */
export type Segment = number;

/** An arrow into a thread. */
interface Arrow {
  /** The segment of the thread that begins with it. */
  readonly since: Segment;
  readonly from: ThreadId;
  /** All up to this segment of `from`, included, is before it. */
  readonly upTo: Segment;
}

export class Segments {
  #current = new Int32Array(0);
  /** By thread, in the order of their segments. */
  readonly #arrows: (Arrow[] | undefined)[] = [];
  #any = false;
  #askedThread: ThreadId = NONE;
  #askedSegment: Segment = NONE;
  /** By thread, up to which segment, included, the part asked about last knows it; NONE is nothing. */
  #known = new Int32Array(0);
  /** By thread, how many of its arrows were followed for that. */
  #followed = new Int32Array(0);
  readonly #touched: ThreadId[] = [];

  /** Whether any thread has more than one segment. */
  get any(): boolean {
    return this.#any;
  }

  current(thread: ThreadId): Segment {
    return thread < this.#current.length ? this.#current[thread]! : 0;
  }

  /** All that `from` has done up to now is before all that `to` will do. */
  arrow(from: ThreadId, to: ThreadId): void {
    if (from === to) return;
    this.arrowFrom(from, this.cut(from), to);
  }

  /** Ends the segment of a thread. @returns the one that ended, for a later {@link arrowFrom} */
  cut(thread: ThreadId): Segment {
    const ended = this.current(thread);
    if (thread >= this.#current.length) this.#current = grownCounts(this.#current, thread);
    this.#current[thread] = ended + 1;
    this.#any = true;
    return ended;
  }

  /** All of `from` up to the end of `segment` is before all that `to` will do. */
  arrowFrom(from: ThreadId, segment: Segment, to: ThreadId): void {
    if (from === to) return;
    (this.#arrows[to] ??= []).push({ since: this.cut(to) + 1, from, upTo: segment });
  }

  /** Whether a segment of a thread is over before another one, which has begun, on every schedule. */
  before(thread: ThreadId, segment: Segment, laterThread: ThreadId, laterSegment: Segment): boolean {
    if (thread === laterThread) return segment < laterSegment;
    if (this.#arrows[laterThread] === undefined) return false;
    this.#ask(laterThread, laterSegment);
    return thread < this.#known.length && this.#known[thread]! >= segment;
  }

  /** What a segment knows is settled when it begins: no arrow leads into an old one. */
  #ask(thread: ThreadId, segment: Segment): void {
    if (this.#askedThread !== thread || segment < this.#askedSegment) {
      for (const touched of this.#touched) this.#known[touched] = NONE;
      for (const touched of this.#touched) this.#followed[touched] = 0;
      this.#touched.length = 0;
    }
    this.#askedThread = thread;
    this.#askedSegment = segment;
    const todo: ThreadId[] = [];
    if (this.#learn(thread, segment)) todo.push(thread);
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      const arrows = this.#arrows[at] ?? [];
      while (this.#followed[at]! < arrows.length && arrows[this.#followed[at]!]!.since <= this.#known[at]!) {
        const { from, upTo } = arrows[this.#followed[at]!++]!;
        if (this.#learn(from, upTo)) todo.push(from);
      }
    }
  }

  /** @returns whether it is news that a thread is known up to a segment */
  #learn(thread: ThreadId, upTo: Segment): boolean {
    if (thread >= this.#known.length) {
      this.#known = grownIds(this.#known, thread);
      this.#followed = grownCounts(this.#followed, thread);
    }
    if (this.#known[thread]! >= upTo) return false;
    if (this.#known[thread] === NONE) this.#touched.push(thread);
    this.#known[thread] = upTo;
    return true;
  }
}
