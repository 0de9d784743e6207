/**
 * What semaphores and barriers say of the order of segments. Only what holds on every schedule counts: who passes a barrier comes after all who
 * arrived at it; who takes the n-th permit of a semaphore that began with none comes after the n-th release, if one thread makes all releases
 * (if several do, which of them is the n-th is up to the schedule).
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
  taken: number;
}

interface Arrivals {
  arrived: [ThreadId, Segment][];
  /** Those of the generation that passes now. */
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
    state.taken += permits;
    if (state.releaser === undefined || Number.isNaN(state.releaser)) return;
    const ended = state.released[state.taken - 1];
    if (ended !== undefined) this.#segments.arrowFrom(state.releaser, ended, thread);
  }

  arrived(thread: ThreadId, barrier: LockId): void {
    const state = this.#arrivals(barrier);
    state.arrived.push([thread, this.#segments.cut(thread)]);
    if (state.arrived.length < (this.#registry.lock(barrier).parties ?? 1)) return;
    state.passing = state.arrived;
    state.arrived = [];
  }

  passed(thread: ThreadId, barrier: LockId): void {
    for (const [other, ended] of this.#arrivals(barrier).passing) this.#segments.arrowFrom(other, ended, thread);
  }

  #permits(semaphore: LockId): Permits {
    let state = this.#semaphores.get(semaphore);
    if (state === undefined) this.#semaphores.set(semaphore, (state = { releaser: undefined, released: [], taken: 0 }));
    return state;
  }

  #arrivals(barrier: LockId): Arrivals {
    let state = this.#barriers.get(barrier);
    if (state === undefined) this.#barriers.set(barrier, (state = { arrived: [], passing: [] }));
    return state;
  }
}
