/** The threads of the process: when it starts, and what it keeps for each of them. */
import type { Thread } from 'lockgraph';
import type { Arenas } from './arenas.js';
import { boot, tsdFetch } from './boot.js';
import { ThreadStacks } from './thread-stacks.js';
import { Tsd } from './tsd.js';

/** Its cache is there before it makes a call. */
const MAIN_THREAD = 't0';

export class Threads {
  /** By thread id. */
  readonly tsds: (Tsd | undefined)[] = [];
  readonly #arenas: Arenas;
  readonly #stacks: ThreadStacks;
  #booted = false;
  /** The data of the main thread, until that makes its first call. */
  #main: Tsd | undefined = undefined;

  constructor(arenas: Arenas) {
    this.#arenas = arenas;
    this.#stacks = new ThreadStacks(arenas.process.addressSpace);
  }

  /** `tsd_fetch`: a call that may allocate. The thread gets its cache. */
  async fetch(thread: Thread): Promise<Tsd> {
    const tsd = await this.fetchMin(thread);
    if (!tsd.nominal) await tsdFetch(tsd);
    return tsd;
  }

  /** `tsd_fetch_min`: a call that only frees. A thread without a cache does without. */
  async fetchMin(thread: Thread): Promise<Tsd> {
    const known = this.tsds[thread.id];
    if (known !== undefined) return known;
    if (!this.#booted) await this.#boot(thread);
    const isMain = thread.name === MAIN_THREAD;
    if (!isMain) this.#stacks.take();
    const tsd = (isMain ? this.#main : undefined) ?? new Tsd(thread, this.#arenas);
    if (isMain) this.#main = undefined;
    tsd.thread = thread;
    this.tsds[thread.id] = tsd;
    return tsd;
  }

  /** The thread has ended. */
  ended(thread: Thread): void {
    this.tsds[thread.id] = undefined;
    if (thread.name !== MAIN_THREAD) this.#stacks.giveBack();
  }

  /** The process starts. Whoever comes meanwhile waits for it. */
  async #boot(thread: Thread): Promise<void> {
    const { frames, locks } = this.#arenas.process;
    const up = thread.enter(frames.malloc_init_hard);
    const wait = locks.init.acquire(thread);
    if (wait !== undefined) await wait;
    if (!this.#booted) this.#main = await boot(thread, this.#arenas);
    this.#booted = true;
    locks.init.release(thread);
    thread.leave(up);
  }
}
