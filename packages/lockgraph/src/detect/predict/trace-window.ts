/**
 * A stretch of a trace, ready to be executed in other orders: per event what it does and what it needs. Threads, locks and variables have small numbers
 * of their own. What was before the stretch counts as done; which locks are held at its beginning follows from who releases them in it.
 * Cost and memory: linear in the stretch.
 */
import { EventKind, Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import type { EventStore } from '../../trace/event-store.js';
import type { TraceShape } from './schedule-replay.js';
import { NONE } from '../state/columns.js';

/** What an event of a stretch does. */
export const Deed = { nothing: 0, acquire: 1, share: 2, reserve: 3, release: 4, unshare: 5, unreserve: 6, read: 7, write: 8, renew: 9 } as const;
export type Deed = (typeof Deed)[keyof typeof Deed];

/** Index of an event in the stretch: its row, less the first one. */
export type EventIndex = number;

export class TraceWindow {
  readonly start: number;
  /** Whether it can be executed in all orders that the program allows: not where something keeps the order that it has in the trace. */
  isExact = true;
  /** By event. */
  readonly deed: Uint8Array;
  readonly thread: Int32Array;
  readonly object: Int32Array;
  /** An event that has to be done before, or NONE. */
  readonly needs: Int32Array;
  /** The event that starts its thread before it, if one in the stretch does, and no event of the thread is between them; else NONE. */
  readonly startedBy: Int32Array;
  /** Of a read: the write that it saw, or NONE if that was before the stretch. */
  readonly writer: Int32Array;
  /** Of an acquire: its release, if that is in the stretch, else NONE. */
  readonly release: Int32Array;
  /** Of an acquire: how often its thread shares the lock at it. */
  readonly ownShares: Int32Array;
  /** Of an acquire: the event that ends the life of the lock, or NONE. */
  readonly lifeEnd: Int32Array;
  /** Of an event that ends the life of a lock: the acquires in that. */
  readonly endedLives = new Map<EventIndex, readonly EventIndex[]>();
  /** By thread: its events in order. */
  readonly events: EventIndex[][] = [];
  /** By lock: who holds it at the beginning, or NONE, and how often; how often it is shared; who has it upgradable, or NONE, and how often. */
  readonly owner: number[] = [];
  readonly depth: number[] = [];
  readonly sharers: number[] = [];
  readonly reserver: number[] = [];
  readonly reserves: number[] = [];
  /** By variable: reads of what it held at the beginning, and by write, those of that write. */
  readonly firstReads: EventIndex[][] = [];
  readonly readsOf = new Map<EventIndex, EventIndex[]>();
  readonly #threads = new Map<ThreadId, number>();

  constructor(store: EventStore, shape: TraceShape, from: number, to: number) {
    const words = store.slice(from, to);
    const size = words.length / 2;
    this.start = from;
    this.deed = new Uint8Array(size);
    this.thread = new Int32Array(size);
    this.object = new Int32Array(size);
    this.needs = new Int32Array(size).fill(NONE);
    this.startedBy = new Int32Array(size).fill(NONE);
    this.writer = new Int32Array(size).fill(NONE);
    this.release = new Int32Array(size).fill(NONE);
    this.ownShares = new Int32Array(size);
    this.lifeEnd = new Int32Array(size).fill(NONE);
    new WindowReader(this, shape).read(words, this.#threads);
  }

  get size(): number {
    return this.deed.length;
  }

  /** The number of a thread in the stretch; undefined if it does nothing there. */
  numberOf(thread: ThreadId): number | undefined {
    return this.#threads.get(thread);
  }
}

/** An acquire whose release has not come by. */
interface Open {
  readonly lock: number;
  readonly event: EventIndex;
}

class WindowReader {
  readonly #window: TraceWindow;
  readonly #shape: TraceShape;
  readonly #locks = new Map<number, number>();
  readonly #variables = new Map<number, number>();
  readonly #lastWrite: EventIndex[] = [];
  readonly #lastUse = new Map<number, EventIndex>();
  /** Starts of threads that have had no event since. */
  readonly #startOf = new Map<ThreadId, EventIndex>();
  readonly #open: Open[][] = [];
  /** By lock, the acquires in its life so far. */
  readonly #life: EventIndex[][] = [];

  constructor(window: TraceWindow, shape: TraceShape) {
    this.#window = window;
    this.#shape = shape;
  }

  read(words: Int32Array, threads: Map<ThreadId, number>): void {
    const window = this.#window;
    for (let event = 0; event * 2 < words.length; event++) {
      const what = words[event * 2]!;
      const id = what >>> 8;
      let thread = threads.get(id);
      if (thread === undefined) {
        thread = threads.size;
        threads.set(id, thread);
        window.events.push([]);
        this.#open.push([]);
      }
      window.thread[event] = thread;
      window.startedBy[event] = this.#startOf.get(id) ?? NONE;
      this.#startOf.delete(id);
      window.events[thread]!.push(event);
      this.#event(event, thread, (what & 15) as EventKind, words[event * 2 + 1]!, ((what >>> 4) & 15) as Mode, threads);
    }
  }

  #event(event: EventIndex, thread: number, kind: EventKind, object: number, mode: Mode, threads: ReadonlyMap<ThreadId, number>): void {
    switch (kind) {
      case EventKind.read:
        this.#read(event, object);
        break;
      case EventKind.write:
        this.#set(event, Deed.write, numbered(this.#variables, object));
        this.#lastWrite[this.#window.object[event]!] = event;
        break;
      case EventKind.take:
      case EventKind.acquire:
      case EventKind.release:
        if (this.#shape.excludes[object] === 0) this.#keepOrder(event, object);
        else if (kind === EventKind.release) this.#release(event, thread, object, mode);
        else this.#acquire(event, thread, object, mode);
        break;
      case EventKind.request:
        if (mode !== Mode.join && this.#shape.excludes[object] === 0) this.#keepOrder(event, object);
        break;
      case EventKind.init:
      case EventKind.destroy:
        this.#keepOrder(event, object);
        if (this.#shape.excludes[object] === 1) this.#renew(event, object);
        break;
      case EventKind.spawn:
        this.#window.needs[event] = this.#startOf.get(object) ?? NONE;
        this.#startOf.set(object, event);
        break;
      case EventKind.join:
        this.#window.needs[event] = this.#window.events[threads.get(object) ?? NONE]?.at(-1) ?? NONE;
        break;
    }
  }

  #read(event: EventIndex, object: number): void {
    const window = this.#window;
    const variable = numbered(this.#variables, object);
    this.#set(event, Deed.read, variable);
    const writer = this.#lastWrite[variable];
    if (writer === undefined) (window.firstReads[variable] ??= []).push(event);
    else {
      window.writer[event] = writer;
      const reads = window.readsOf.get(writer);
      if (reads === undefined) window.readsOf.set(writer, [event]);
      else reads.push(event);
    }
  }

  #acquire(event: EventIndex, thread: number, object: number, mode: Mode): void {
    const lock = this.#lock(object);
    const window = this.#window;
    this.#set(event, acquireIn(mode), lock);
    window.needs[event] = this.#lastUse.get(object) ?? NONE;
    (this.#life[lock] ??= []).push(event);
    const open = this.#open[thread]!;
    for (const other of open) if (other.lock === lock && window.deed[other.event] === Deed.share) window.ownShares[event]!++;
    open.push({ lock, event });
  }

  /** Ends the newest acquire of the lock by its thread in a mode; without one, the thread has had it so from the beginning. */
  #release(event: EventIndex, thread: number, object: number, mode: Mode): void {
    const window = this.#window;
    const lock = this.#lock(object);
    const deed = acquireIn(mode);
    this.#set(event, END_OF[deed], lock);
    const open = this.#open[thread]!;
    const index = open.findLastIndex((acquire) => acquire.lock === lock && window.deed[acquire.event] === deed);
    if (index === -1) {
      this.#heldBefore(event, thread, lock, deed);
      return;
    }
    const acquire = open[index]!.event;
    open.splice(index, 1);
    window.release[acquire] = event;
  }

  /** A life of a lock ends, and maybe another one begins. */
  #renew(event: EventIndex, object: number): void {
    const lock = this.#lock(object);
    const acquires = this.#life[lock] ?? [];
    this.#life[lock] = [];
    for (const acquire of acquires) this.#window.lifeEnd[acquire] = event;
    this.#window.endedLives.set(event, acquires);
    this.#set(event, Deed.renew, lock);
  }

  #heldBefore(release: EventIndex, thread: number, lock: number, deed: AcquireDeed): void {
    const window = this.#window;
    if (deed === Deed.share) {
      window.sharers[lock]!++;
      for (const event of window.events[thread]!) {
        if (event !== release && window.object[event] === lock && isAcquire(window.deed[event] as Deed)) window.ownShares[event]!++;
      }
    } else if (deed === Deed.reserve) {
      window.reserver[lock] = thread;
      window.reserves[lock]!++;
    } else {
      window.owner[lock] = thread;
      window.depth[lock]!++;
    }
  }

  #lock(object: number): number {
    const lock = numbered(this.#locks, object);
    const window = this.#window;
    if (lock === window.owner.length) {
      window.owner.push(NONE);
      window.depth.push(0);
      window.sharers.push(0);
      window.reserver.push(NONE);
      window.reserves.push(0);
    }
    return lock;
  }

  #keepOrder(event: EventIndex, object: number): void {
    const window = this.#window;
    const last = this.#lastUse.get(object) ?? NONE;
    if (last !== NONE && window.thread[last] !== window.thread[event]) window.isExact = false;
    window.needs[event] = last;
    this.#lastUse.set(object, event);
  }

  #set(event: EventIndex, deed: Deed, object: number): void {
    this.#window.deed[event] = deed;
    this.#window.object[event] = object;
  }
}

type AcquireDeed = typeof Deed.acquire | typeof Deed.share | typeof Deed.reserve;

const END_OF = { [Deed.acquire]: Deed.release, [Deed.share]: Deed.unshare, [Deed.reserve]: Deed.unreserve } as const;

function acquireIn(mode: Mode): AcquireDeed {
  return mode === Mode.shared ? Deed.share : mode === Mode.upgradable ? Deed.reserve : Deed.acquire;
}

/** Whether an event takes a lock. */
export function isAcquire(deed: Deed): boolean {
  return deed === Deed.acquire || deed === Deed.share || deed === Deed.reserve;
}

/** Whether an event gives a lock back. */
export function isRelease(deed: Deed): boolean {
  return deed === Deed.release || deed === Deed.unshare || deed === Deed.unreserve;
}

function numbered(numbers: Map<number, number>, id: number): number {
  const known = numbers.get(id);
  if (known !== undefined) return known;
  const number = numbers.size;
  numbers.set(id, number);
  return number;
}
