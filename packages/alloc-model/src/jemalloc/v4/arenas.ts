/** All arenas of the process: creating them, and choosing one for a thread. */
import type { Thread } from 'lockgraph';
import { firstMissing, leastLoaded } from '../arena-choice.js';
import { ARENA_BYTES, Arena } from './arena.js';
import { checkArena } from '../flags.js';
import type { Process } from './process.js';

const POINTER_BYTES = 8;
const ARENAS_MAX = 4095;
const TCACHE_BIN_INFO_BYTES = 4;

export class Arenas {
  readonly process: Process;
  readonly #arenas: (Arena | undefined)[] = [];
  /** `narenas_total`: rises when an arena beyond the automatic ones is created. */
  total: number;

  /** What jemalloc does at start-up: the first arena exists before the first call. */
  constructor(process: Process) {
    this.process = process;
    const { base, settings } = process;
    this.total = settings.narenas;
    base.take(settings.nhbins * TCACHE_BIN_INFO_BYTES);
    this.#arenas[0] = new Arena(process, 0, base.take(ARENA_BYTES));
    base.take(ARENAS_MAX * POINTER_BYTES);
  }

  /** The arena with that index, which exists. */
  at(ind: number): Arena {
    return this.#arenas[ind]!;
  }

  [Symbol.iterator](): Iterator<Arena> {
    return this.#arenas.filter((arena) => arena !== undefined)[Symbol.iterator]();
  }

  /**
   * The arena that a caller names, created if need be.
   * @throws NotModelled if its index is beyond the next one
   */
  async get(thread: Thread, ind: number): Promise<Arena> {
    const known = this.#arenas[ind];
    if (known !== undefined) return known;
    checkArena(ind, this.total);
    const up = thread.enter(this.process.frames.arena_init);
    const lock = this.process.arenasLock;
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    const arena = await this.#init(thread, ind);
    lock.release(thread);
    thread.leave(up);
    return arena;
  }

  /**
   * `arena_choose_hard`: the arenas for a thread's blocks and for jemalloc's own, to which it is bound from now on. Each is the one
   * with the fewest threads, or a new one if all that exist have some.
   */
  async choose(thread: Thread): Promise<readonly [own: Arena, internal: Arena]> {
    if (this.process.settings.narenas === 1) return [this.#bind(0, 0), this.#bind(0, 1)];
    const up = thread.enter(this.process.frames.arena_choose_hard);
    const lock = this.process.arenasLock;
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    const { narenas } = this.process.settings;
    const least = [leastLoaded(this.#arenas, narenas, 0), leastLoaded(this.#arenas, narenas, 1)] as const;
    const missing = firstMissing(this.#arenas, narenas);
    const own = await this.#chosen(thread, least[0], missing, 0);
    const internal = await this.#chosen(thread, least[1], missing, 1);
    lock.release(thread);
    thread.leave(up);
    return [own, internal];
  }

  async #chosen(thread: Thread, least: number, missing: number, kind: 0 | 1): Promise<Arena> {
    const loaded = this.at(least).nthreads[kind] > 0;
    const ind = loaded && missing >= 0 ? missing : least;
    await this.#init(thread, ind);
    return this.#bind(ind, kind);
  }

  /** `arena_init_locked`. */
  async #init(thread: Thread, ind: number): Promise<Arena> {
    const known = this.#arenas[ind];
    if (known !== undefined) return known;
    if (ind === this.total) this.total++;
    const arena = new Arena(this.process, ind, await this.process.base.alloc(thread, ARENA_BYTES));
    this.#arenas[ind] = arena;
    return arena;
  }

  /** `arena_bind`. */
  #bind(ind: number, kind: 0 | 1): Arena {
    const arena = this.at(ind);
    arena.nthreads[kind]++;
    return arena;
  }
}
