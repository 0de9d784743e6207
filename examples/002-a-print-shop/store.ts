/** The paper that really lies in the store. Nobody counts it: a press that finds too little waits for the next pallet. */
import { Condition, type Monitor, Mutex, type SimulatedThread } from 'lockgraph';

export class PaperStore {
  readonly #lock: Mutex;
  readonly #arrived: Condition;
  #reams: number;

  constructor(monitor: Monitor, reams: number) {
    this.#lock = new Mutex(monitor, { name: 'store' });
    this.#arrived = new Condition(monitor, { name: 'a pallet in the store' });
    this.#reams = reams;
  }

  get reams(): number {
    return this.#reams;
  }

  async take(thread: SimulatedThread, reams: number): Promise<void> {
    await this.#lock.acquire(thread);
    while (this.#reams < reams) await this.#arrived.wait(thread, this.#lock);
    this.#reams -= reams;
    this.#lock.release(thread);
  }

  async add(thread: SimulatedThread, reams: number): Promise<void> {
    await this.#lock.acquire(thread);
    this.#reams += reams;
    this.#arrived.notifyAll();
    this.#lock.release(thread);
  }
}
