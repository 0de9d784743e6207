/**
 * Looks for an order of a stretch of a trace in which some threads come to stand where each waits for the next: depth first over the states, each
 * visited once. What can only help is done at once (releases, reads that see their write, joins, writes that keep no other one waiting), so
 * only acquires and other writes branch. Acquires that will be given back before their thread stops come before those that will not: a thread
 * is let to its stop late, when the others need nothing of it any more.
 *
 * Cost: at worst exponential in the stretch, as the problem is; bounded by a number of states. A state is known by hashes of 53 bits in all: two that
 * look the same would cost a proof, and never make one.
 */
import { NONE } from '../state/columns.js';
import type { Parts } from './parts.js';
import { Deed, isAcquire } from './trace-window.js';
import type { EventIndex, TraceWindow } from './trace-window.js';
import { WindowState } from './window-state.js';

export interface WindowGoal {
  /** Numbers of the threads that shall stand still. */
  readonly threads: readonly number[];
  /** For each, the events before which it may. */
  readonly stops: readonly ReadonlySet<EventIndex>[];
}

/** The steps, and before which event each thread of the goal stands. */
export interface Found {
  readonly path: readonly EventIndex[];
  readonly stops: readonly EventIndex[];
}

/** States that are visited in a part. */
const PART = 256;

interface Frame {
  readonly choices: readonly EventIndex[];
  next: number;
  /** Steps done before a choice. */
  readonly length: number;
}

export class WindowSearch {
  readonly #window: TraceWindow;
  readonly #goal: WindowGoal;
  readonly #limits: Int32Array;
  readonly #free: boolean;
  readonly #state: WindowState;
  readonly #visited = new Set<number>();
  /** By event: 1 if it takes a lock that its thread has still where it may stop last. */
  readonly #kept: Uint8Array;

  /**
   * @param limits by thread, how many of its events may be done
   * @param free whether reads may see any write
   */
  constructor(window: TraceWindow, goal: WindowGoal, limits: Int32Array, free: boolean) {
    this.#window = window;
    this.#goal = goal;
    this.#limits = limits;
    this.#free = free;
    this.#state = new WindowState(window);
    this.#kept = this.#keptAcquires();
  }

  get states(): number {
    return this.#visited.size;
  }

  /** @returns what was found; undefined if all states were visited, and none is one; `gave-up` if there were more than `most` */
  *run(most: number): Parts<Found | undefined | 'gave-up'> {
    const frames: Frame[] = [];
    const enter = (): Found | undefined => {
      this.#settle();
      const found = this.#found();
      if (found !== undefined) return found;
      const { length } = this.#state.path;
      const key = this.#state.hash;
      const choices = this.#visited.has(key) || this.#isDead() ? [] : this.#choices();
      this.#visited.add(key);
      frames.push({ choices, next: 0, length });
      return undefined;
    };
    const first = enter();
    if (first !== undefined) return first;
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      this.#state.backTo(frame.length);
      const choice = frame.choices[frame.next++];
      if (choice === undefined) {
        frames.pop();
        continue;
      }
      if (this.#visited.size >= most) return 'gave-up';
      this.#state.do(choice);
      const found = enter();
      if (found !== undefined) return found;
      if (this.#visited.size % PART === 0) yield;
    }
    return undefined;
  }

  /** Does all that can only help. */
  #settle(): void {
    const state = this.#state;
    for (let moved = true; moved; ) {
      moved = false;
      for (let thread = 0; thread < this.#limits.length; thread++) {
        for (let event = this.#next(thread); event !== NONE && this.#helps(event); event = this.#next(thread)) {
          state.do(event);
          moved = true;
        }
      }
    }
  }

  /** The next event of a thread that it may do, or NONE. */
  #next(thread: number): EventIndex {
    return this.#state.done[thread]! < this.#limits[thread]! ? this.#state.next(thread) : NONE;
  }

  #isEnabled(event: EventIndex): boolean {
    if (this.#free && this.#window.deed[event] === Deed.read) return this.#state.isStarted(event);
    return this.#state.isEnabled(event);
  }

  #helps(event: EventIndex): boolean {
    if (!this.#isEnabled(event)) return false;
    const window = this.#window;
    switch (window.deed[event]) {
      case Deed.acquire:
      case Deed.share:
      case Deed.reserve:
        return this.#state.owner(window.object[event]!) === window.thread[event];
      case Deed.write:
        return this.#free || (this.#isReadAtOnce(event) && !this.#isAwaited(window.object[event]!, window.thread[event]!));
      case Deed.renew:
        return window.endedLives.get(event)!.every((acquire) => this.#state.isDone(acquire));
      default:
        return true;
    }
  }

  /** Whether nobody reads what is written but its thread, right behind: else other writes would have to wait for the readers. */
  #isReadAtOnce(write: EventIndex): boolean {
    const window = this.#window;
    const reads = window.readsOf.get(write);
    if (reads === undefined) return true;
    const events = window.events[window.thread[write]!]!;
    let left = reads.length;
    for (let i = this.#state.done[window.thread[write]!]! + 1; left > 0; i++) {
      const event = events[i];
      if (event === undefined || window.needs[event] !== NONE || window.startedBy[event] !== NONE) return false;
      if (window.deed[event] === Deed.read && window.writer[event] === write) left--;
      else if (window.deed[event] !== Deed.nothing) return false;
    }
    return true;
  }

  /** Whether another thread has yet to read what a variable holds now. */
  #isAwaited(variable: number, thread: number): boolean {
    const value = this.#state.value(variable);
    const reads = value === NONE ? this.#window.firstReads[variable] : this.#window.readsOf.get(value);
    return reads?.some((read) => this.#window.thread[read] !== thread && !this.#state.isDone(read)) ?? false;
  }

  #found(): Found | undefined {
    const stops: EventIndex[] = [];
    for (const [i, thread] of this.#goal.threads.entries()) {
      const next = this.#state.next(thread);
      if (next === NONE || !this.#goal.stops[i]!.has(next) || !this.#state.isStarted(next)) return undefined;
      stops.push(next);
    }
    return { path: [...this.#state.path], stops };
  }

  /** Whether a thread of the goal will never come to a place where it may stop: it reads what is overwritten. */
  #isDead(): boolean {
    if (this.#free) return false;
    const window = this.#window;
    return this.#goal.threads.some((thread, i) => {
      const next = this.#state.next(thread);
      if (next === NONE || window.deed[next] !== Deed.read || this.#goal.stops[i]!.has(next)) return false;
      const writer = window.writer[next]!;
      return this.#state.value(window.object[next]!) !== writer && (writer === NONE || this.#state.isDone(writer));
    });
  }

  #choices(): EventIndex[] {
    const choices: EventIndex[] = [];
    for (let thread = 0; thread < this.#limits.length; thread++) {
      const event = this.#next(thread);
      if (event !== NONE && this.#isEnabled(event)) choices.push(event);
    }
    return choices.toSorted((one, other) => this.#kept[one]! - this.#kept[other]! || one - other);
  }

  #keptAcquires(): Uint8Array {
    const window = this.#window;
    const kept = new Uint8Array(window.size);
    for (const [i, thread] of this.#goal.threads.entries()) {
      const last = Math.max(...this.#goal.stops[i]!);
      for (const event of window.events[thread]!) {
        if (event > last) break;
        if (isAcquire(window.deed[event] as Deed) && (window.release[event] === NONE || window.release[event]! > last)) kept[event] = 1;
      }
    }
    return kept;
  }
}
