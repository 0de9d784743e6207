/**
 * Deadlocks that did not happen: `lock-order` findings (`deadlock`, where a thread waits for the end of another one), made of the patterns that the
 * order of locks has, by lock and by class. What only classes show is told only where no locks show it.
 * Cost: that of a lock order, of two if locks have classes; a finding is made once for each pattern.
 */
import { Mode } from '../trace/event.js';
import type { CallId, LockId, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { waitsKey } from './came-true.js';
import type { Finding } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import { gather } from './knowledge/gather.js';
import type { OrderView } from './knowledge/gather.js';
import type { Knowledge } from './knowledge/knowledge.js';
import { OrderBook } from './order-book.js';
import type { OrderSetting } from './order-book.js';
import { isOrdered } from './order/lock-order.js';
import type { LockOrder, LockRole } from './order/lock-order.js';
import { ClassRole, InstanceRole } from './order/order-roles.js';
import { Segments } from './order/segments.js';
import { SyncOrder } from './order/sync-order.js';
import type { Places } from './places.js';
import { grownBytes, NONE } from './state/columns.js';
import type { Holds } from './state/holds.js';

/** Whether locks of its kind have an order. */
const ORDERED = 1;
const OTHER = 2;

export class LockOrderDetector {
  #instances: OrderBook;
  readonly role = new InstanceRole();
  readonly maxCycle: number;
  readonly #registry: Registry;
  readonly #setting: OrderSetting;
  readonly #sync: SyncOrder;
  readonly #misused = new Set<LockId>();
  /** By lock, {@link ORDERED} or {@link OTHER}; 0: not asked yet. */
  #kinds = new Uint8Array(0);
  /** Absent while each lock is a class of its own. */
  #classes: OrderBook | undefined = undefined;

  /** @param maxCycle requests of a pattern, at most */
  constructor(registry: Registry, findings: Findings, places: Places, maxCycle: number) {
    this.#registry = registry;
    this.maxCycle = maxCycle;
    this.#setting = { segments: new Segments(), maxCycle, places, findings, withdrawn: new Set() };
    this.#sync = new SyncOrder(registry, this.#setting.segments);
    this.#instances = this.#instanceBook();
  }

  get instances(): OrderBook {
    return this.#instances;
  }

  /** Locks that were released by who did not hold them, or given to two: nobody can say who is let in on another schedule. */
  get misusedLocks(): ReadonlySet<LockId> {
    return this.#misused;
  }

  /** `thread` wants something, and may have to wait for it. */
  request(event: number, thread: ThreadId, object: number, mode: Mode, call: CallId): void {
    if (mode === Mode.join) {
      this.#instances.order.requestJoin(event, thread, object, call);
      this.#classOrder()?.requestJoin(event, thread, object, call);
    } else if (this.#isOrdered(object)) {
      this.#instances.order.request(event, thread, object, mode, call);
      this.#classOrder()?.request(event, thread, object, mode, call);
    } else if (this.#registry.lock(object).kind === 'barrier') this.#sync.arrived(thread, object);
  }

  /** `thread` wants a lock, and has it. */
  take(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId, permits: number): void {
    if (this.#isOrdered(lock)) {
      this.#instances.order.take(event, thread, lock, mode, call);
      this.#classOrder()?.take(event, thread, lock, mode, call);
    } else {
      this.request(event, thread, lock, mode, call);
      this.acquire(event, thread, lock, mode, call, permits, true);
    }
  }

  /** @param requested that it had asked for it before */
  acquire(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId, permits: number, requested: boolean): void {
    if (this.#isOrdered(lock)) {
      this.#instances.order.acquire(event, thread, lock, mode, call, requested);
      this.#classOrder()?.acquire(event, thread, lock, mode, call, requested);
      return;
    }
    const { kind } = this.#registry.lock(lock);
    if (kind === 'semaphore') this.#sync.taken(thread, lock, Math.max(1, permits));
    else if (kind === 'barrier') this.#sync.passed(thread, lock);
  }

  /** A request is given up: whoever does that does not wait for ever. */
  cancel(thread: ThreadId, object: number, mode: Mode): void {
    if (mode !== Mode.join && !this.#isOrdered(object)) return;
    for (const book of this.#books()) {
      const node = book.order.cancel(thread, object, mode);
      if (node === NONE) continue;
      for (const key of book.book.keysWith(node)) book.withdraw(key, 'try-lock', mode === Mode.join ? NONE : book.order.role.object(object));
    }
  }

  release(thread: ThreadId, lock: LockId, mode: Mode, permits: number): void {
    if (this.#isOrdered(lock)) {
      this.#instances.order.release(thread, lock, mode);
      this.#classes?.order.release(thread, lock, mode);
    } else if (this.#registry.lock(lock).kind === 'semaphore') this.#sync.released(thread, lock, Math.max(1, permits));
  }

  /** A thread lost a lock, by somebody else's doing. */
  drop(thread: ThreadId, lock: LockId): void {
    this.#instances.order.drop(thread, lock);
    this.#classes?.order.drop(thread, lock);
  }

  /** The life of a lock that nobody holds is over. */
  end(lock: LockId): void {
    this.#instances.order.end(lock);
    this.#classes?.order.end(lock);
  }

  spawned(thread: ThreadId, child: ThreadId): void {
    this.#setting.segments.arrow(thread, child);
  }

  /** `thread` has seen another one end; it may have waited for that. */
  joined(event: number, thread: ThreadId, other: ThreadId, call: CallId): void {
    for (const book of this.#books()) book.order.join(event, thread, other, call);
    this.#setting.segments.arrow(other, thread);
  }

  misused(lock: LockId): void {
    this.#misused.add(lock);
  }

  /** Forgets all but what is held. */
  restart(holds: Holds): void {
    if (!this.#instances.order.hasLearned) return;
    for (const book of this.#books()) book.withdrawAll();
    this.#instances = this.#instanceBook();
    this.#classes = undefined;
    const orders = [this.#instances.order, ...(this.#registry.hasClasses ? [this.#classOrder()!] : [])];
    holds.forEach((hold) => {
      for (const order of orders) {
        // As often as the thread has it.
        for (let i = 0; i < holds.depth(hold); i++) order.acquire(holds.event(hold), holds.thread(hold), holds.lock(hold), holds.mode(hold), holds.call(hold), true);
      }
    });
  }

  /**
   * Findings that say nothing new: a pattern that has come true, and a class that shows what its locks show.
   * @param cameTrue whether the threads of a finding did come to wait for what it says
   */
  hidden(cameTrue: (finding: Finding) => boolean): ReadonlySet<FindingIndex> {
    const hidden = new Set(this.#setting.withdrawn);
    const byLocks = new Set<string>();
    for (const [index, finding] of this.#instances.found()) {
      if (cameTrue(finding)) hidden.add(index);
      if (this.#classes !== undefined) byLocks.add(this.#classKey(finding));
    }
    for (const [index, finding] of this.#classes?.found() ?? []) if (byLocks.has(waitsKey(finding))) hidden.add(index);
    return hidden;
  }

  /** What the run has shown so far of the order of lock classes. @param trace name of the run */
  knowledge(trace: string, complete: boolean): Knowledge {
    const registry = this.#registry;
    const classes = this.#classes && viewOf(this.#classes, (object) => registry.className(object));
    const instances = viewOf(this.#instances, (object) => registry.lock(this.role.lock(object)).class);
    return gather({ trace, complete, registry, instances, classes, spot: ({ event, call }) => this.#setting.places.place(event, call, 0) });
  }

  #books(): OrderBook[] {
    return this.#classes === undefined ? [this.#instances] : [this.#instances, this.#classes];
  }

  #isOrdered(lock: LockId): boolean {
    const known = lock < this.#kinds.length ? this.#kinds[lock]! : 0;
    return known === 0 ? this.#learnKind(lock) : known === ORDERED;
  }

  #learnKind(lock: LockId): boolean {
    if (lock >= this.#kinds.length) this.#kinds = grownBytes(this.#kinds, lock);
    const ordered = isOrdered(this.#registry.lock(lock).kind);
    this.#kinds[lock] = ordered ? ORDERED : OTHER;
    return ordered;
  }

  #instanceBook(): OrderBook {
    return this.#book(this.role, (object) => this.#registry.lock(this.role.lock(object)).name, false);
  }

  #classOrder(): LockOrder | undefined {
    if (this.#classes === undefined && this.#registry.hasClasses) {
      this.#classes = this.#book(new ClassRole(this.#registry), (object) => this.#registry.className(object), true);
    }
    return this.#classes?.order;
  }

  #book(role: LockRole, object: (object: number) => string, byClass: boolean): OrderBook {
    return new OrderBook(role, { thread: (thread) => this.#registry.threads.name(thread), object }, byClass, this.#setting);
  }

  /** As {@link waitsKey}, with the class of each lock. */
  #classKey(finding: Finding): string {
    return waitsKey({
      ...finding,
      cycle: finding.cycle.map((waiter) => {
        const lock = waiter.mode === 'join' ? undefined : this.#registry.findLock(waiter.wants);
        return lock === undefined ? waiter : { ...waiter, wants: this.#registry.lock(lock).class };
      }),
    });
  }
}

function viewOf({ order, book }: OrderBook, className: OrderView['className']): OrderView {
  return { order, book, className };
}
