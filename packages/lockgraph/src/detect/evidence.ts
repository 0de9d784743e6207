/** Turns the lock state around threads that stand still into a finding, by name. Runs only when something is found. */
import { EventKind, Mode } from '../trace/event.js';
import type { LockId, OperationNumber, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import type { DeadlockKind, Finding, HistoryEntry, Waiter } from './finding.js';
import { findingId } from './finding-id.js';
import { heldBy } from './held.js';
import type { History } from './history.js';
import type { HoldId } from './state/holds.js';
import type { LockState } from './state/lock-state.js';
import type { Places } from './places.js';
import { sharedMode, waitMode } from './wait-mode.js';

/** Holders of a lock that a finding names for one waiting thread, and locks that this holds itself, at most. */
const HOLDERS = 16;

export class Evidence {
  readonly #registry: Registry;
  readonly #state: LockState;
  readonly #places: Places;
  readonly #history: History;

  constructor(registry: Registry, state: LockState, places: Places, history: History) {
    this.#registry = registry;
    this.#state = state;
    this.#places = places;
    this.#history = history;
  }

  /** Each of `threads` waits for the next, and the last for the first. */
  cycle(kind: 'self-deadlock' | 'deadlock', threads: readonly ThreadId[]): Finding {
    const wanted = threads.map((thread, i) => this.#state.inWayOf(thread, threads[(i + 1) % threads.length]!));
    const holds = threads.map((_, i) => wanted.at(i - 1)!);
    const parts = threads.map((thread, i) => JSON.stringify([this.#waitPart(thread), this.#holdPart(holds[i]!)]));
    return this.#finding(kind, threads, wanted.map((hold) => [hold]), holds, parts.toSorted());
  }

  /** All of `threads` wait for what `holder`, which has ended, holds of `lock`. */
  orphan(lock: LockId, holder: ThreadId, threads: readonly ThreadId[]): Finding {
    const hold = this.#state.holds.oldest(lock, holder);
    const parts = [this.#lock(lock), this.#holdPart(hold)];
    return this.#finding('orphaned-lock', threads, threads.map(() => [hold]), [], parts);
  }

  /** None of `threads` will ever get what it waits for. */
  hang(threads: readonly ThreadId[]): Finding {
    const wanted = threads.map((thread) => this.#holdsInWay(thread));
    return this.#finding('hang', threads, wanted, [], threads.map((thread) => this.#waitPart(thread)).toSorted());
  }

  /** The acquire of a hold, as an entry of a history. */
  acquired(hold: HoldId): HistoryEntry {
    const { holds } = this.#state;
    return this.#places.entry(
      holds.event(hold),
      EventKind.acquire,
      holds.thread(hold),
      holds.lock(hold),
      holds.mode(hold),
      holds.call(hold),
      holds.operation(hold),
    );
  }

  /**
   * @param wanted for each thread the holds that it waits for
   * @param holds for each thread the hold of its own that the one before it waits for, where there is one
   */
  #finding(
    kind: DeadlockKind,
    threads: readonly ThreadId[],
    wanted: readonly (readonly HoldId[])[],
    holds: readonly HoldId[],
    idParts: readonly string[],
  ): Finding {
    const { waits } = this.#state;
    const names = new Set(threads.map((thread) => this.#thread(thread)));
    const locks = new Set<string>();
    const since = new Map<LockId, number>();
    const operations = new Set<OperationNumber>();
    const known: HistoryEntry[] = threads.map((thread) => this.#requested(thread));
    for (const [i, thread] of threads.entries()) {
      // Where nobody waits for what a thread holds, what it holds is news.
      if (holds.length === 0) for (const hold of this.#heldBy(thread)) known.push(this.acquired(hold));
      const object = waits.object(thread);
      if (waits.mode(thread) === Mode.join) {
        names.add(this.#thread(object));
        continue;
      }
      locks.add(this.#lock(object));
      const inWay = wanted[i]!.filter((hold) => hold !== NONE);
      if (inWay.length === 0 && !since.has(object)) since.set(object, this.#lastAcquire(object) ?? waits.event(thread));
      for (const hold of inWay) {
        names.add(this.#thread(this.#state.holds.thread(hold)));
        const event = this.#state.holds.event(hold);
        since.set(object, Math.min(event, since.get(object) ?? event));
        operations.add(this.#state.holds.operation(hold));
        known.push(this.acquired(hold));
      }
    }
    return {
      id: findingId(kind, idParts),
      kind,
      evidence: 'observed',
      threads: [...names],
      locks: [...locks],
      cycle: threads.map((thread, i) => this.#waiter(thread, holds[i] ?? NONE)),
      history: this.#history.build({ locks: since, operations, known }),
      count: 1,
    };
  }

  #requested(thread: ThreadId): HistoryEntry {
    const { waits } = this.#state;
    return this.#places.entry(
      waits.event(thread),
      EventKind.request,
      thread,
      waits.object(thread),
      waits.mode(thread),
      waits.call(thread),
      waits.operation(thread),
    );
  }

  #waiter(thread: ThreadId, hold: HoldId): Waiter {
    const { holds, waits } = this.#state;
    const held: string[] = [];
    for (let at = holds.firstOfThread(thread); at !== NONE; at = holds.nextOfThread(at)) held.push(this.#lock(holds.lock(at)));
    const holdsLock = hold === NONE ? undefined : this.#lock(holds.lock(hold));
    const holdsMode = hold === NONE ? undefined : sharedMode(holds.mode(hold));
    return {
      thread: this.#thread(thread),
      wants: this.#wants(thread),
      mode: waitMode(waits.mode(thread)),
      ...(holdsLock === undefined ? undefined : { holds: holdsLock }),
      ...(holdsMode === undefined ? undefined : { holdsMode }),
      ...heldBy(held.toReversed(), held.length, holdsLock),
      requestedAt: this.#places.place(waits.event(thread), waits.call(thread), waits.operation(thread)),
      ...(hold === NONE
        ? undefined
        : { acquiredAt: this.#places.place(holds.event(hold), holds.call(hold), holds.operation(hold)) }),
    };
  }

  /** The acquire from which on the history of a lock that nobody holds is told: of a semaphore, that of the permit which has been out for longest. */
  #lastAcquire(lock: LockId): number | undefined {
    const out = (this.#registry.lock(lock).permits ?? 0) - this.#state.permits.available(lock);
    return this.#history.lastAcquire(lock, Math.min(Math.max(out, 1), HOLDERS) - 1);
  }

  /** The first holds that stand in a waiting thread's way. */
  #holdsInWay(thread: ThreadId): HoldId[] {
    const found: HoldId[] = [];
    let hold = this.#state.firstInWay(thread);
    for (; hold !== NONE && found.length < HOLDERS; hold = this.#state.nextInWay(thread, hold)) found.push(hold);
    return found;
  }

  /** The first holds of a thread. */
  #heldBy(thread: ThreadId): HoldId[] {
    const { holds } = this.#state;
    const found: HoldId[] = [];
    for (let hold = holds.firstOfThread(thread); hold !== NONE && found.length < HOLDERS; hold = holds.nextOfThread(hold)) found.push(hold);
    return found;
  }

  #waitPart(thread: ThreadId): string {
    const { waits } = this.#state;
    const stack = this.#places.stackText(waits.call(thread));
    return JSON.stringify([this.#thread(thread), this.#wants(thread), waits.mode(thread), stack]);
  }

  #holdPart(hold: HoldId): string {
    if (hold === NONE) return '';
    const { holds } = this.#state;
    const stack = this.#places.stackText(holds.call(hold));
    return JSON.stringify([this.#thread(holds.thread(hold)), this.#lock(holds.lock(hold)), stack]);
  }

  #wants(thread: ThreadId): string {
    const { waits } = this.#state;
    const object = waits.object(thread);
    return waits.mode(thread) === Mode.join ? this.#thread(object) : this.#lock(object);
  }

  #thread(thread: ThreadId): string {
    return this.#registry.threads.name(thread);
  }

  #lock(lock: LockId): string {
    return this.#registry.lock(lock).name;
  }
}
