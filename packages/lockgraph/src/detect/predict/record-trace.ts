/**
 * Makes of a stored trace what the closure reads: the steps of each thread that matter to others, and where the acquires of patterns were made. Locks
 * that one thread alone takes are left out. Whatever else orders threads (semaphores, barriers, conditions, locks that were misused) keeps the order
 * that it had in the trace, which is more than need be, so that nothing is proved from it that could be otherwise.
 * Cost: about 20 ns an event.
 */
import { EventKind, Mode } from '../../trace/event.js';
import type { LockId, ThreadId } from '../../trace/event.js';
import type { EventStore } from '../../trace/event-store.js';
import type { Registry } from '../../trace/registry.js';
import { objectOf, wantOf } from '../order/acquire-tree.js';
import type { AcquireTree } from '../order/acquire-tree.js';
import { Contexts } from '../order/contexts.js';
import { isOrdered } from '../order/lock-order.js';
import type { InstanceRole } from '../order/order-roles.js';
import { NONE } from '../state/columns.js';
import type { AcquireGroups } from './acquire-groups.js';
import { Instances } from './instances.js';
import { Learned } from './learned.js';
import type { Parts } from './parts.js';
import { RecordTag, ThreadRecords } from './thread-records.js';

export interface RecordedTrace {
  readonly records: ThreadRecords;
  readonly instances: Instances;
  /** Whether a thread has events before the one that starts it: so the order of the trace is not that of the run. */
  readonly isInDisorder: boolean;
}

const MANY = -2;

/** @param misused locks that are not to be trusted */
export function* recordTrace(
  store: EventStore,
  registry: Registry,
  tree: AcquireTree,
  role: InstanceRole,
  groups: AcquireGroups,
  misused: ReadonlySet<LockId>,
): Parts<RecordedTrace> {
  const recording = new Recording(registry, tree, role.again(), groups, misused);
  let row = 0;
  for (const [block, used] of store.blocks()) {
    row = recordBlock(recording, block, used, row);
    yield;
  }
  recording.finish();
  return recording;
}

/** @returns the row behind those of the block */
function recordBlock(recording: Recording, block: Int32Array, used: number, first: number): number {
  let row = first;
  for (let i = 0; i < used; i += 2, row++) {
    const what = block[i]!;
    recording.event(row, (what & 15) as EventKind, what >>> 8, block[i + 1]!, ((what >>> 4) & 15) as Mode);
  }
  return row;
}

class Recording implements RecordedTrace {
  readonly records = new ThreadRecords();
  readonly instances: Instances;
  isInDisorder = false;
  readonly #registry: Registry;
  readonly #tree: AcquireTree;
  readonly #contexts: Contexts;
  readonly #role: InstanceRole;
  readonly #groups: AcquireGroups;
  readonly #learned: Learned;
  /** 1: a lock that keeps its order in the trace; 2: one that the closure follows. By lock. */
  readonly #follow: Uint8Array;
  /** By object: the thread that takes it, or {@link MANY}. */
  readonly #taker: Int32Array;
  /** 1: nothing is to be said before the next event of a thread. */
  readonly #begun: Uint8Array;
  /** 1: it was started, or has ended, so that what is said of it later may be of another thread of its name. */
  readonly #known: Uint8Array;
  readonly #writer: Int32Array;
  readonly #written: Int32Array;
  /** The last event about a lock that keeps its order: whose, and how many pairs it had then. */
  readonly #user = new Map<LockId, readonly [ThreadId, number]>();
  /** Who took a misused lock last. */
  readonly #owner = new Map<LockId, ThreadId>();
  /** What a thread wants, in the row before its grant. */
  readonly #wants = new Map<ThreadId, { readonly object: number; readonly mode: Mode; readonly row: number }>();
  /** Threads that started another one before its next event, and how many pairs they had. */
  readonly #starts = new Map<ThreadId, (readonly [ThreadId, number])[]>();

  constructor(registry: Registry, tree: AcquireTree, role: InstanceRole, groups: AcquireGroups, misused: ReadonlySet<LockId>) {
    this.#registry = registry;
    this.#tree = tree;
    this.#contexts = new Contexts(tree, true);
    this.#role = role;
    this.#groups = groups;
    this.instances = new Instances(groups.size);
    this.#learned = new Learned(registry.threads.size);
    this.#follow = new Uint8Array(registry.lockCount);
    for (let lock = 0; lock < registry.lockCount; lock++) {
      this.#follow[lock] = isOrdered(registry.lock(lock).kind) && !misused.has(lock) ? 2 : 1;
    }
    this.#taker = takers(tree);
    this.#begun = new Uint8Array(registry.threads.size);
    this.#known = new Uint8Array(registry.threads.size);
    this.#writer = new Int32Array(registry.variables.size).fill(NONE);
    this.#written = new Int32Array(registry.variables.size);
  }

  event(row: number, kind: EventKind, thread: ThreadId, object: number, mode: Mode): void {
    if (this.#begun[thread] === 0) this.#begin(row, thread);
    switch (kind) {
      case EventKind.read: {
        const writer = this.#writer[object]!;
        if (writer !== NONE && writer !== thread) this.#learn(row, thread, writer, this.#written[object]!);
        break;
      }
      case EventKind.write:
        this.#writer[object] = thread;
        this.#written[object] = this.records.size(thread);
        break;
      case EventKind.take:
        this.#acquire(row, thread, object, mode, true);
        break;
      case EventKind.acquire:
        this.#acquire(row, thread, object, mode, this.#wants.get(thread)?.object === object);
        this.#wants.delete(thread);
        break;
      case EventKind.release:
        this.#release(row, thread, object, mode);
        break;
      case EventKind.request:
        if (mode !== Mode.join) {
          if (this.#follow[object] === 1) this.#keepOrder(row, thread, object);
          if (isOrdered(this.#registry.lock(object).kind)) this.#role.object(object);
        }
        this.#wants.set(thread, { object, mode, row });
        break;
      case EventKind.cancel:
        this.#wants.delete(thread);
        if (mode !== Mode.join && isOrdered(this.#registry.lock(object).kind)) this.#role.object(object);
        break;
      case EventKind.spawn:
        if (this.#begun[object] === 1 && this.#known[object] === 0) this.isInDisorder = true;
        this.#known[object] = 1;
        this.#begun[object] = 0;
        this.#starts.set(object, [...(this.#starts.get(object) ?? []), [thread, this.records.size(thread)]]);
        break;
      case EventKind.exit:
        this.#known[thread] = 1;
        break;
      case EventKind.join:
        this.#known[object] = 1;
        this.#wants.delete(thread);
        this.#instance(row, thread, object, Mode.join);
        this.#learn(row, thread, object, this.records.size(object));
        break;
      case EventKind.init:
      case EventKind.destroy:
        this.#keepOrder(row, thread, object);
        this.#pass(NONE, object);
        this.#role.end(object);
        break;
    }
  }

  /** The trace is over: whoever waits now waits where he stands. */
  finish(): void {
    for (const [thread, { object, mode, row }] of this.#wants) {
      if (mode === Mode.join || this.#follow[object] === 2) this.#instance(row, thread, mode === Mode.join ? object : this.#role.object(object), mode);
    }
  }

  /** The first pair of a thread says only that it is there; or that somebody started it. */
  #begin(row: number, thread: ThreadId): void {
    this.#begun[thread] = 1;
    const starts = this.#starts.get(thread);
    if (starts !== undefined) {
      this.#starts.delete(thread);
      for (const [starter, pairs] of starts) this.#learnOf(row, thread, starter, pairs);
    }
    if (this.records.size(thread) === 0) this.#learnOf(row, thread, thread, 0);
  }

  #acquire(row: number, thread: ThreadId, lock: LockId, mode: Mode, requested: boolean): void {
    if (this.#follow[lock] === 1) this.#keepOrder(row, thread, lock);
    else if (this.#user.size > 0) this.#comeAfterInit(row, thread, lock);
    if (!isOrdered(this.#registry.lock(lock).kind)) return;
    const object = this.#role.object(lock);
    const want = wantOf(object, mode);
    if (requested && this.#contexts.canWait(thread, want)) this.#instance(row, thread, object, mode);
    if (this.#follow[lock] === 1) {
      if (this.#owner.get(lock) === thread && mode !== Mode.shared && !this.#registry.lock(lock).recursive) this.#contexts.drop(thread, object);
      this.#pass(thread, lock);
    }
    const node = this.#contexts.enter(row, thread, want, 0);
    if (node !== NONE && this.#follow[lock] === 2 && this.#taker[object] === MANY) this.records.push(thread, (want << 2) | RecordTag.acquire, row);
  }

  #release(row: number, thread: ThreadId, lock: LockId, mode: Mode): void {
    if (this.#follow[lock] === 1) this.#keepOrder(row, thread, lock);
    if (!isOrdered(this.#registry.lock(lock).kind)) return;
    if (mode === Mode.unheld || mode === Mode.foreign) {
      if (this.#registry.lock(lock).unlock === 'pthread') this.#pass(NONE, lock);
      return;
    }
    const object = this.#role.object(lock);
    const want = wantOf(object, mode);
    if (!this.#contexts.leave(thread, want)) return;
    if (this.#follow[lock] === 2 && this.#taker[object] === MANY) this.records.push(thread, (want << 2) | RecordTag.release, row);
  }

  /** A misused lock goes to `thread`: whoever had it has it no more. */
  #pass(thread: ThreadId, lock: LockId): void {
    const owner = this.#owner.get(lock);
    if (owner !== undefined && owner !== thread) this.#contexts.drop(owner, this.#role.object(lock));
    if (thread === NONE) this.#owner.delete(lock);
    else this.#owner.set(lock, thread);
  }

  #instance(row: number, thread: ThreadId, object: number, mode: Mode): void {
    const node = this.#tree.child(this.#contexts.of(thread), wantOf(object, mode));
    const group = this.#groups.of(node);
    if (group !== NONE) this.instances.add(group, this.records.size(thread), row);
  }

  /** Of a lock that the closure follows, nothing but the beginnings and ends of its lives are kept in order. */
  #comeAfterInit(row: number, thread: ThreadId, lock: LockId): void {
    const init = this.#user.get(lock);
    if (init !== undefined && init[0] !== thread) this.#learn(row, thread, init[0], init[1]);
  }

  /** After the last event about `lock`. */
  #keepOrder(row: number, thread: ThreadId, lock: LockId): void {
    const last = this.#user.get(lock);
    if (last !== undefined && last[0] !== thread) this.#learn(row, thread, last[0], last[1]);
    this.#user.set(lock, [thread, this.records.size(thread)]);
  }

  #learn(row: number, thread: ThreadId, other: ThreadId, pairs: number): void {
    if (other !== thread && this.#learned.isNews(thread, other, pairs)) this.#learnOf(row, thread, other, pairs);
  }

  #learnOf(row: number, thread: ThreadId, other: ThreadId, pairs: number): void {
    this.records.push(thread, (other << 2) | RecordTag.learn, pairs);
    this.records.push(thread, RecordTag.row, row);
  }
}

/** By object: the thread that takes it, {@link MANY} if several do, NONE if none does. */
function takers(tree: AcquireTree): Int32Array {
  const takes: Int32Array = new Int32Array(1024).fill(NONE);
  let all = takes;
  for (let node = 0; node < tree.size; node++) {
    if (tree.isRoot(node)) continue;
    const want = tree.want(node);
    if ((want & 7) === Mode.join) continue;
    const object = objectOf(want);
    if (object >= all.length) {
      const larger = new Int32Array(2 ** Math.ceil(Math.log2(object + 1))).fill(NONE);
      larger.set(all);
      all = larger;
    }
    const thread = tree.thread(node);
    if (all[object] === NONE) all[object] = thread;
    else if (all[object] !== thread) all[object] = MANY;
  }
  return all;
}
