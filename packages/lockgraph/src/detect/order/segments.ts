/**
 * Which parts of threads must come before which, whatever the schedule: by fork and join, semaphores and barriers. A thread is cut into
 * segments where it starts another thread or learns of one; all of a segment is before what learns of it. Held locks order nothing.
 *
 * Cost: an arrow is O(1) and 16 bytes. A question is a walk back over the arrows that lead to the later part: O(arrows) at worst; the answer
 * for the part that was asked about last is kept.
 */
import type { ThreadId } from '../../trace/event.js';
import { grownIds, NONE } from '../state/columns.js';

/** Index of a part of a thread, from 0. */
export type Segment = number;

export class Segments {
  #current = new Int32Array(0);
  /** Newest arrow into each thread; arrows are linked from new to old. */
  #newest = new Int32Array(0);
  /** From which segment of the thread on it knows … */
  #since: number[] = [];
  /** … of whom … */
  #from: ThreadId[] = [];
  /** … up to which segment, included. */
  #upTo: Segment[] = [];
  #older: number[] = [];
  /** What the part asked about last knows, by thread; NONE is nothing. */
  #known = new Int32Array(0);
  readonly #touched: ThreadId[] = [];
  #askedThread: ThreadId = NONE;
  #askedSegment: Segment = NONE;

  /** Whether any thread has more than one segment. */
  get any(): boolean {
    return this.#since.length > 0;
  }

  current(thread: ThreadId): Segment {
    return thread < this.#current.length && this.#current[thread]! > 0 ? this.#current[thread]! : 0;
  }

  /** All that `from` has done up to now is before all that `to` will do. */
  arrow(from: ThreadId, to: ThreadId): void {
    if (from === to) return;
    this.arrowFrom(from, this.cut(from), to);
  }

  /** Ends the segment of a thread. @returns the one that ended, for a later {@link arrowFrom} */
  cut(thread: ThreadId): Segment {
    const ended = this.current(thread);
    this.#grow(thread);
    this.#current[thread] = ended + 1;
    return ended;
  }

  /** All of `from` up to the end of `segment` is before all that `to` will do. */
  arrowFrom(from: ThreadId, segment: Segment, to: ThreadId): void {
    if (from === to) return;
    this.cut(to);
    this.#since.push(this.current(to));
    this.#from.push(from);
    this.#upTo.push(segment);
    this.#older.push(this.#newest[to]!);
    this.#newest[to] = this.#since.length - 1;
    this.#askedThread = NONE;
  }

  /** Whether a segment of a thread is over before another one begins, on every schedule. */
  before(thread: ThreadId, segment: Segment, laterThread: ThreadId, laterSegment: Segment): boolean {
    if (thread === laterThread) return segment < laterSegment;
    if (this.#since.length === 0) return false;
    this.#ask(laterThread, laterSegment);
    return thread < this.#known.length && this.#known[thread]! >= segment;
  }

  #ask(thread: ThreadId, segment: Segment): void {
    if (this.#askedThread === thread && this.#askedSegment === segment) return;
    for (const touched of this.#touched) this.#known[touched] = NONE;
    this.#touched.length = 0;
    const todo: [ThreadId, Segment][] = [[thread, segment]];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const [at, upTo] = next;
      const newest = at < this.#newest.length ? this.#newest[at]! : NONE;
      for (let arrow = newest; arrow !== NONE; arrow = this.#older[arrow]!) {
        if (this.#since[arrow]! > upTo) continue;
        const from = this.#from[arrow]!;
        if (from >= this.#known.length) this.#known = grownIds(this.#known, from);
        if (this.#known[from]! >= this.#upTo[arrow]!) continue;
        this.#known[from] = this.#upTo[arrow]!;
        this.#touched.push(from);
        todo.push([from, this.#upTo[arrow]!]);
      }
    }
    this.#askedThread = thread;
    this.#askedSegment = segment;
  }

  #grow(thread: ThreadId): void {
    if (thread < this.#current.length) return;
    const known = this.#current.length;
    this.#current = grownIds(this.#current, thread);
    this.#current.fill(0, known);
    this.#newest = grownIds(this.#newest, thread);
  }
}
