/**
 * Locks used against their rules: released by a thread that does not hold them (so), or held when their holder or they themselves end.
 * One finding for each kind, lock and stack, which names the first threads that did it. Cost: a string and a probe for each misuse, nothing
 * for the rest; and what {@link Violations} cost.
 */
import { EventKind, Mode } from '../trace/event.js';
import type { CallId, LockId, OperationNumber, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import type { HeldAs, MisuseKind } from './finding.js';
import { misuseOfRelease } from './places.js';
import { NONE } from './state/columns.js';
import type { Holds } from './state/holds.js';
import type { Deed, Violations } from './violations.js';
import { waitMode } from './wait-mode.js';

/** Threads that a finding names at first, at most. */
const THREADS = 64;
/** Ways in which a thread can hold a lock. */
const HELD = [Mode.exclusive, Mode.upgradable, Mode.shared] as const;

export class MisuseDetector {
  readonly #registry: Registry;
  readonly #holds: Holds;
  readonly #violations: Violations;

  constructor(registry: Registry, holds: Holds, violations: Violations) {
    this.#registry = registry;
    this.#holds = holds;
    this.#violations = violations;
  }

  /** `thread` releases what it does not hold so; `mode` says how it is wrong. */
  release(
    event: number,
    thread: ThreadId,
    lock: LockId,
    mode: Mode,
    call: CallId,
    operation: OperationNumber,
  ): void {
    this.#report(misuseOfRelease(mode)!, { event, kind: EventKind.release, thread, lock, mode, call, operation });
  }

  /** `thread` ends; a finding for each lock that it holds. */
  exit(event: number, thread: ThreadId, call: CallId, operation: OperationNumber): void {
    const holds = this.#holds;
    for (let hold = holds.firstOfThread(thread); hold !== NONE; hold = holds.nextOfThread(hold)) {
      const lock = holds.lock(hold);
      // A lock that it has in several modes is told of once.
      if (holds.oldest(lock, thread) !== hold) continue;
      this.#report('exit-holding', { event, kind: EventKind.exit, thread, lock, mode: Mode.exclusive, call, operation });
    }
  }

  /** The life of a lock begins (again) or ends, maybe while it is held. */
  renew(
    event: number,
    kind: typeof EventKind.init | typeof EventKind.destroy,
    thread: ThreadId,
    lock: LockId,
    call: CallId,
    operation: OperationNumber,
  ): void {
    if (this.#holds.firstOfLock(lock) === NONE) return;
    const misuse = kind === EventKind.init ? 'init-held' : 'destroy-held';
    this.#report(misuse, { event, kind, thread, lock, mode: Mode.exclusive, call, operation });
  }

  #report(misuse: MisuseKind, deed: Deed): void {
    const { thread, lock, call } = deed;
    // Whoever ends a lock or begins it anew is told apart, for the second thread of such a finding is the holder.
    const renewal = misuse === 'destroy-held' || misuse === 'init-held';
    // So is whoever has what it releases, though otherwise: that is another mistake.
    const heldAs = deed.kind === EventKind.release ? this.#heldAs(lock, thread) : [];
    const key = `${misuse} ${lock} ${call}${renewal ? ` ${thread}` : ''}${heldAs.map((how) => ` ${how}`).join('')}`;
    const name = this.#registry.threads.name(thread);
    if (this.#violations.seenAgain(key, renewal ? undefined : name)) return;
    const lockName = this.#registry.lock(lock).name;
    const threads = new Set([name]);
    if (misuse !== 'exit-holding') this.#addHolders(lock, threads);
    this.#violations.tell(key, {
      kind: misuse,
      deed,
      idParts: [lockName, ...(renewal ? [name] : []), ...heldAs],
      threads: [...threads],
      locks: [lockName],
      of: lock,
      // Others that share a lock are no part of the exit of one that has it.
      hold: misuse === 'exit-holding' || heldAs.length > 0 ? this.#holds.oldest(lock, thread) : this.#holds.firstOfLock(lock),
      ...(heldAs.length === 0 ? undefined : { heldAs }),
    });
  }

  /** In which ways a thread holds a lock. */
  #heldAs(lock: LockId, thread: ThreadId): HeldAs[] {
    return HELD.filter((mode) => this.#holds.findIn(lock, thread, mode) !== NONE).map((mode) => waitMode(mode) as HeldAs);
  }

  /** The names of those that hold a lock. */
  #addHolders(lock: LockId, threads: Set<string>): void {
    const holds = this.#holds;
    let hold = holds.firstOfLock(lock);
    for (; hold !== NONE && threads.size < THREADS; hold = holds.nextOfLock(hold)) threads.add(this.#registry.threads.name(holds.thread(hold)));
  }
}
