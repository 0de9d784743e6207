/**
 * The stock book of a print shop: how many reams of paper there should be. Whoever reads or writes it has its lock.
 * The model knows what the shop does not: on which entry each new one was reckoned. So it can tell when an entry gets lost.
 */
import { Condition, type Monitor, Mutex, type OperationNumber, type SimulatedThread } from 'lockgraph';

interface Entry {
  readonly reams: number;
  /** The operation that made it. */
  readonly by: OperationNumber;
}

export class StockBook {
  readonly lock: Mutex;
  readonly #written: Condition;
  #last: Entry;
  #closed = false;

  constructor(monitor: Monitor, reams: number) {
    this.lock = new Mutex(monitor, { name: 'book', recursive: true });
    this.#written = new Condition(monitor, { name: 'a new entry in the book' });
    this.#last = { reams, by: 0 };
    monitor.registry.declareNote('shop/lost-entry', 'the book said {found} reams and is set to {reams}, reckoned from {read}');
  }

  get reams(): number {
    return this.#last.reams;
  }

  read(thread: SimulatedThread): Promise<Entry> {
    return this.lock.runExclusive(thread, () => this.#last);
  }

  /** @param basis the entry on which the new one was reckoned */
  write(thread: SimulatedThread, reams: number, basis: Entry): Promise<void> {
    return this.lock.runExclusive(thread, () => {
      const { reams: found, by } = this.#last;
      if (basis !== this.#last) thread.note('shop/lost-entry', { found, reams, read: basis.reams }, [by]);
      this.#last = { reams, by: thread.operation };
      this.#written.notifyAll();
    });
  }

  /** Waits until there are fewer than `reams` in the book. @returns false if the book was closed first */
  async untilBelow(thread: SimulatedThread, reams: number): Promise<boolean> {
    await this.lock.acquire(thread);
    while (!this.#closed && this.reams >= reams) await this.#written.wait(thread, this.lock);
    this.lock.release(thread);
    return !this.#closed;
  }

  async close(thread: SimulatedThread): Promise<void> {
    await this.lock.acquire(thread);
    this.#closed = true;
    this.#written.notifyAll();
    this.lock.release(thread);
  }
}

/** Enters so many reams more, or less. */
export type Booking = (thread: SimulatedThread, book: StockBook, reams: number) => Promise<void>;

/** Each access has the lock, so a checker of data races is content. But two bookings can start from the same entry, and one is lost. */
export const bookInTwoSteps: Booking = async (thread, book, reams) => {
  const basis = await book.read(thread);
  await book.write(thread, basis.reams + reams, basis);
};

/** The same, with the lock from the look to the entry. */
export const bookInOneGo: Booking = (thread, book, reams) =>
  book.lock.runExclusive(thread, () => bookInTwoSteps(thread, book, reams));
