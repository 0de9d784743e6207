/** All arenas of the process: creating them, and choosing one for a thread. */
import { UndefinedBehaviour } from '../../allocator.js';
import type { Thread } from 'lockgraph';
import { firstMissing, leastLoaded } from '../arena-choice.js';
import { ARENA_BYTES, Arena } from './arena.js';
import { Base } from './base.js';
import { checkArena } from '../flags.js';
import { BACKGROUND_THREADS, baseLock } from './locks.js';
import type { Process } from './process.js';

const CACHELINE = 64;

export class Arenas {
  readonly process: Process;
  readonly #arenas: (Arena | undefined)[] = [];
  /** `narenas_total`: the automatic ones, that of very large blocks, and those that callers have named. */
  #total: number;

  constructor(process: Process) {
    this.process = process;
    this.#total = process.settings.narenas + 1;
  }

  /**
   * The arena with that index.
   * @throws UndefinedBehaviour if there is none: whoever asks has the index from an extent that is damaged
   */
  at(ind: number): Arena {
    const arena = this.#arenas[ind];
    if (arena !== undefined) return arena;
    throw new UndefinedBehaviour(`an extent says that it is of arena ${ind}, which there is not: what jemalloc keeps of the extent is damaged`);
  }

  [Symbol.iterator](): Iterator<Arena> {
    return this.#arenas.filter((arena) => arena !== undefined)[Symbol.iterator]();
  }

  /** `arena_is_auto`. */
  isAuto(ind: number): boolean {
    return ind <= this.process.settings.narenas;
  }

  /**
   * The arena that a caller names, created if need be.
   * @throws NotModelled if its index is beyond the next one
   */
  async get(thread: Thread, ind: number): Promise<Arena> {
    const known = this.#arenas[ind];
    if (known !== undefined) return known;
    checkArena(ind, this.#total);
    const up = thread.enter(this.process.frames.arena_init);
    const lock = this.process.locks.arenas;
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    const arena = await this.#init(thread, ind);
    lock.release(thread);
    // Arena 0 has no lock to ask for, and that of very large blocks needs no background thread.
    if (ind !== 0 && ind !== this.process.settings.narenas) await this.#backgroundThreadCreate(thread, ind);
    thread.leave(up);
    return arena;
  }

  /** `arena_choose_huge`: the arena of very large blocks, whose pages are purged at once. */
  async huge(thread: Thread): Promise<Arena> {
    const ind = this.process.settings.narenas;
    const known = this.#arenas[ind];
    if (known !== undefined) return known;
    const up = thread.enter(this.process.frames.arena_choose_huge);
    const arena = await this.get(thread, ind);
    const { decayDirty } = arena.locks;
    const wait = decayDirty.acquire(thread);
    if (wait !== undefined) await wait;
    arena.pac.purgesAtOnce = true;
    decayDirty.release(thread);
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
    const lock = this.process.locks.arenas;
    const wait = lock.acquire(thread);
    if (wait !== undefined) await wait;
    const { narenas } = this.process.settings;
    const least = [leastLoaded(this.#arenas, narenas, 0), leastLoaded(this.#arenas, narenas, 1)] as const;
    const missing = firstMissing(this.#arenas, narenas);
    const chosen: Arena[] = [];
    const created: number[] = [];
    for (const kind of [0, 1] as const) {
      let ind = least[kind];
      if (missing >= 0 && this.at(ind).nthreads[kind] > 0) {
        ind = missing;
        created.push(ind);
        await this.#init(thread, ind);
      }
      chosen.push(this.#bind(ind, kind));
    }
    lock.release(thread);
    for (const ind of created) await this.#backgroundThreadCreate(thread, ind);
    thread.leave(up);
    return [chosen[0]!, chosen[1]!];
  }

  /** `arena_init_locked`. */
  async #init(thread: Thread, ind: number): Promise<Arena> {
    const known = this.#arenas[ind];
    if (known !== undefined) return known;
    if (ind === this.#total) this.#total++;
    const { process } = this;
    const base = ind === 0 ? process.base : new Base(baseLock(process.monitor, ind), process);
    await base.alloc(thread, ARENA_BYTES, CACHELINE);
    const arena = new Arena(process, ind, base, this.isAuto(ind));
    this.#arenas[ind] = arena;
    return arena;
  }

  /** `background_thread_create`: there are none, which it finds out. */
  async #backgroundThreadCreate(thread: Thread, ind: number): Promise<void> {
    const up = thread.enter(this.process.frames.background_thread_create);
    const { backgroundThreadGlobal, backgroundThreads } = this.process.locks;
    const wait = backgroundThreadGlobal.acquire(thread);
    if (wait !== undefined) await wait;
    const info = backgroundThreads[ind % BACKGROUND_THREADS]!;
    const waitInfo = info.acquire(thread);
    if (waitInfo !== undefined) await waitInfo;
    info.release(thread);
    backgroundThreadGlobal.release(thread);
    thread.leave(up);
  }

  /** `arena_bind`. */
  #bind(ind: number, kind: 0 | 1): Arena {
    const arena = this.at(ind);
    arena.nthreads[kind]++;
    return arena;
  }
}
