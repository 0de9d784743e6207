/** `edata_cache_t`: edata that stand for nothing. */
import type { Mutex, Thread } from 'lockgraph';
import type { Base } from './base.js';
import { byEsnAddress, type Edata } from './edata.js';
import type { Frames } from './frames.js';
import { PairingHeap } from './pairing-heap.js';

export class EdataCache {
  readonly #lock: Mutex;
  readonly #base: Base;
  readonly #frames: Frames;
  readonly #avail: PairingHeap;

  constructor(lock: Mutex, base: Base, frames: Frames) {
    this.#lock = lock;
    this.#base = base;
    this.#frames = frames;
    this.#avail = new PairingHeap(`unused edata (${lock.name})`, byEsnAddress);
  }

  /** `edata_cache_get`: the one that lies lowest, or a new one. */
  async get(thread: Thread): Promise<Edata> {
    const up = thread.enter(this.#frames.edata_cache_get);
    const wait = this.#lock.acquire(thread);
    if (wait !== undefined) await wait;
    const first = this.#avail.first();
    if (first !== null) this.#avail.remove(first);
    this.#lock.release(thread);
    const edata = first ?? (await this.#base.allocEdata(thread));
    thread.leave(up);
    return edata;
  }

  /** `edata_cache_put`. */
  async put(thread: Thread, edata: Edata): Promise<void> {
    const up = thread.enter(this.#frames.edata_cache_put);
    const wait = this.#lock.acquire(thread);
    if (wait !== undefined) await wait;
    this.#avail.insert(edata);
    this.#lock.release(thread);
    thread.leave(up);
  }
}
