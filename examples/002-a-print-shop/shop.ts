/** The people and machines of the shop: presses that print jobs, and a keeper who orders paper when the book says that it runs short. */
import type { Monitor, SimulatedThread } from 'lockgraph';
import { type Booking, StockBook } from './book.js';
import { PaperStore } from './store.js';

/** Reams of a pallet. */
const PALLET = 8;
/** Reams of the largest job: with fewer in the book, the keeper orders. */
const SHORT = 4;

export class Shop {
  readonly book: StockBook;
  readonly store: PaperStore;
  readonly #enter: Booking;
  readonly #print: number;
  readonly #deliver: number;
  #jobs = 0;

  constructor(monitor: Monitor, enter: Booking) {
    this.book = new StockBook(monitor, PALLET);
    this.store = new PaperStore(monitor, PALLET);
    this.#enter = enter;
    this.#print = monitor.registry.operation('print', ['job', 'reams']);
    this.#deliver = monitor.registry.operation('deliver', ['reams']);
  }

  async press(thread: SimulatedThread, jobs: readonly number[]): Promise<void> {
    for (const reams of jobs) {
      thread.begin(this.#print, ++this.#jobs, reams);
      await this.store.take(thread, reams);
      await this.#enter(thread, this.book, -reams);
      thread.end();
    }
  }

  async keep(thread: SimulatedThread): Promise<void> {
    while (await this.book.untilBelow(thread, SHORT)) {
      thread.begin(this.#deliver, PALLET);
      await this.store.add(thread, PALLET);
      await this.#enter(thread, this.book, PALLET);
      thread.end();
    }
  }

  /** Goes home when all jobs are printed. */
  async close(thread: SimulatedThread, presses: readonly SimulatedThread[]): Promise<void> {
    for (const press of presses) await thread.join(press);
    await this.book.close(thread);
  }
}
