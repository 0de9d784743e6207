/**
 * Declared orders, broken: a thread asks for a lock of lower or equal rank than one that it holds, as jemalloc's witness has it. What a try-lock
 * takes is held, and compared with what is asked for later; itself it cannot wait, and breaks nothing.
 * One finding for each lock held, lock wanted and stack, which names the first threads that did it. Cost: nothing where no lock has a rank or a
 * key, else a walk over the thread's holds at each request; and what {@link Violations} cost.
 */
import { EventKind } from '../trace/event.js';
import type { CallId, LockId, Mode, OperationNumber, ThreadId } from '../trace/event.js';
import type { LockInfo, Registry } from '../trace/registry.js';
import { PairsOfStacks } from './pairs-of-stacks.js';
import { NONE } from './state/columns.js';
import type { HoldId, Holds } from './state/holds.js';
import type { Deed, Violations } from './violations.js';

export class RankDetector {
  readonly #registry: Registry;
  readonly #holds: Holds;
  readonly #violations: Violations;
  readonly #pairs = new PairsOfStacks();

  constructor(registry: Registry, holds: Holds, violations: Violations) {
    this.#registry = registry;
    this.#holds = holds;
    this.#violations = violations;
  }

  /** `thread` asks for `lock`, and may have to wait. Comes before the state changes. */
  request(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId, operation: OperationNumber): void {
    const registry = this.#registry;
    if (!registry.hasOrder) return;
    const holds = this.#holds;
    let hold = holds.firstOfThread(thread);
    if (hold === NONE) return;
    const wanted = registry.lock(lock);
    if (wanted.rank === undefined && wanted.key === undefined) return;
    // Whoever has a recursive lock does not wait for it.
    if (wanted.recursive && holds.find(lock, thread) !== NONE) return;
    for (; hold !== NONE; hold = holds.nextOfThread(hold)) {
      // A lock that is wanted again is no matter of order: where it cannot be had, that is a self-deadlock.
      if (holds.lock(hold) === lock) continue;
      const broken = brokenOrder(wanted, registry.lock(holds.lock(hold)));
      if (broken !== undefined) this.#report(broken, hold, { event, kind: EventKind.request, thread, lock, mode, call, operation });
    }
  }

  #report(broken: 'rank' | 'key', hold: HoldId, deed: Deed): void {
    const { thread, lock, call } = deed;
    const of = this.#holds.lock(hold);
    const key = `rank-violation ${of} ${lock} ${call}`;
    const name = this.#registry.threads.name(thread);
    if (this.#violations.seenAgain(key, name)) return;
    const stead = this.#pairs.add(call, key);
    if (stead !== undefined) {
      this.#violations.seenAgain(stead, name);
      return;
    }
    const wanted = this.#registry.lock(lock);
    const held = this.#registry.lock(of);
    this.#violations.tell(key, {
      kind: 'rank-violation',
      deed,
      idParts: [held.name, wanted.name],
      threads: [name],
      locks: [wanted.name, held.name],
      of,
      hold,
      ranks: { wanted: wanted[broken]!, held: held[broken]!, of: broken },
    });
  }
}

/** Which order forbids to wait for `wanted` with `held`; undefined if none does. */
function brokenOrder(wanted: LockInfo, held: LockInfo): 'rank' | 'key' | undefined {
  if (wanted.rank !== undefined && held.rank !== undefined && held.rank !== wanted.rank) return held.rank > wanted.rank ? 'rank' : undefined;
  if (wanted.key !== undefined && held.key !== undefined && wanted.class === held.class) return held.key < wanted.key ? undefined : 'key';
  return wanted.rank !== undefined && wanted.rank === held.rank ? 'rank' : undefined;
}
