/**
 * What semaphores and barriers say of the order of segments. Only what holds on every schedule counts, as far as the run has come:
 * - Who takes n permits of a semaphore that began with none, all in all, comes after the n-th release, if one thread makes all releases. What others
 *   take does not count, for on another schedule they may come later.
 * - Who passes a barrier comes after all who arrived at it, if no more threads use it than it waits for: else others may meet there.
 *
 * Cost: O(1) for a permit; for a barrier O(its parties) for each that passes.
 */
import type { LockId, ThreadId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import type { Segment, Segments } from './segments.js';

interface Permits {
  /** Who makes all releases; undefined if there was none, NaN if several do. */
  releaser: ThreadId | undefined;
  /** For each permit that was released, the segment that ended there. */
  readonly released: Segment[];
  /** By thread, how many it took. */
  readonly taken: Map<ThreadId, number>;
}

interface Arrivals {
  readonly users: Set<ThreadId>;
  arrived: [ThreadId, Segment][];
  /** Those who arrived together last. */
  passing: readonly [ThreadId, Segment][];
}

export class SyncOrder {
  readonly #registry: Registry;
  readonly #segments: Segments;
  readonly #semaphores = new Map<LockId, Permits>();
  readonly #barriers = new Map<LockId, Arrivals>();

  constructor(registry: Registry, segments: Segments) {
    this.#registry = registry;
    this.#segments = segments;
  }

  released(thread: ThreadId, semaphore: LockId, permits: number): void {
    if (this.#registry.lock(semaphore).permits !== 0) return;
    const state = this.#permits(semaphore);
    state.releaser ??= thread;
    if (state.releaser !== thread) {
      state.releaser = Number.NaN;
      return;
    }
    const ended = this.#segments.cut(thread);
    for (let i = 0; i < permits; i++) state.released.push(ended);
  }

  taken(thread: ThreadId, semaphore: LockId, permits: number): void {
    if (this.#registry.lock(semaphore).permits !== 0) return;
    const state = this.#permits(semaphore);
    const taken = (state.taken.get(thread) ?? 0) + permits;
    state.taken.set(thread, taken);
    if (state.releaser === undefined || Number.isNaN(state.releaser)) return;
    const ended = state.released[taken - 1];
    if (ended !== undefined) this.#segments.arrowFrom(state.releaser, ended, thread);
  }

  arrived(thread: ThreadId, barrier: LockId): void {
    const state = this.#arrivals(barrier);
    const parties = this.#registry.lock(barrier).parties ?? 1;
    state.users.add(thread);
    if (state.users.size > parties) {
      state.passing = [];
      return;
    }
    state.arrived.push([thread, this.#segments.cut(thread)]);
    if (state.arrived.length < parties) return;
    state.passing = state.arrived;
    state.arrived = [];
  }

  passed(thread: ThreadId, barrier: LockId): void {
    for (const [other, ended] of this.#arrivals(barrier).passing) this.#segments.arrowFrom(other, ended, thread);
  }

  #permits(semaphore: LockId): Permits {
    let state = this.#semaphores.get(semaphore);
    if (state === undefined) this.#semaphores.set(semaphore, (state = { releaser: undefined, released: [], taken: new Map() }));
    return state;
  }

  #arrivals(barrier: LockId): Arrivals {
    let state = this.#barriers.get(barrier);
    if (state === undefined) this.#barriers.set(barrier, (state = { users: new Set(), arrived: [], passing: [] }));
    return state;
  }
}
