/** Turns the lock state around threads that stand still into a finding, by name. Runs only when something is found. */
import { EventKind, Mode } from '../trace/event.js';
import type { LockId, OperationNumber, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { NONE } from './state/columns.js';
import type { DeadlockKind, Finding, HistoryEntry, Waiter } from './finding.js';
import { findingId } from './finding-id.js';
import type { History } from './history.js';
import type { HoldId } from './state/holds.js';
import type { LockState } from './state/lock-state.js';
import type { Places } from './places.js';

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
    const holds = threads.map((_, i) => this.#wantedHold(threads.at(i - 1)!));
    const parts = threads.map((thread, i) => JSON.stringify([this.#waitPart(thread), this.#holdPart(holds[i]!)]));
    return this.#finding(kind, threads, holds, parts.toSorted());
  }

  /** All of `threads` wait for `lock`, whose holder has ended. */
  orphan(lock: LockId, threads: readonly ThreadId[]): Finding {
    const hold = this.#state.holds.firstOfLock(lock);
    return this.#finding('orphaned-lock', threads, [], [this.#lock(lock), this.#holdPart(hold)]);
  }

  /** None of `threads` will ever get what it waits for. */
  hang(threads: readonly ThreadId[]): Finding {
    return this.#finding('hang', threads, [], threads.map((thread) => this.#waitPart(thread)).toSorted());
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

  /** @param holds for each thread the hold that the one before it waits for, where there is one */
  #finding(
    kind: DeadlockKind,
    threads: readonly ThreadId[],
    holds: readonly HoldId[],
    idParts: readonly string[],
  ): Finding {
    const { waits } = this.#state;
    const names = new Set(threads.map((thread) => this.#thread(thread)));
    const locks = new Set<string>();
    const since = new Map<LockId, number>();
    const operations = new Set<OperationNumber>();
    const known: HistoryEntry[] = threads.map((thread) => this.#requested(thread));
    for (const thread of threads) {
      const object = waits.object(thread);
      if (waits.mode(thread) === Mode.join) {
        names.add(this.#thread(object));
        continue;
      }
      locks.add(this.#lock(object));
      const hold = this.#wantedHold(thread);
      if (hold === NONE) {
        since.set(object, this.#history.lastAcquire(object) ?? waits.event(thread));
        continue;
      }
      names.add(this.#thread(this.#state.holds.thread(hold)));
      since.set(object, this.#state.holds.event(hold));
      operations.add(this.#state.holds.operation(hold));
      known.push(this.acquired(hold));
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
    for (let at = holds.firstOfThread(thread); at !== NONE; at = holds.nextOfThread(at)) {
      held.push(this.#lock(holds.lock(at)));
    }
    return {
      thread: this.#thread(thread),
      wants: this.#wants(thread),
      mode: waits.mode(thread) === Mode.join ? 'join' : 'exclusive',
      ...(hold === NONE ? undefined : { holds: this.#lock(holds.lock(hold)) }),
      held,
      requestedAt: this.#places.place(waits.event(thread), waits.call(thread), waits.operation(thread)),
      ...(hold === NONE
        ? undefined
        : { acquiredAt: this.#places.place(holds.event(hold), holds.call(hold), holds.operation(hold)) }),
    };
  }

  /** The hold that stands in a waiting thread's way, or NONE. */
  #wantedHold(thread: ThreadId): HoldId {
    const { holds, waits } = this.#state;
    return waits.mode(thread) === Mode.join ? NONE : holds.firstOfLock(waits.object(thread));
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
