/**
 * The operation that an event most likely belongs to, by the events before it: what the binary format leaves out where it is so.
 * Cost: O(1), without an allocation. Memory: four bytes a thread.
 */
import { EventKind } from './event.js';
import type { OperationNumber, ThreadId } from './event.js';

export class UnderWay {
  #begun = 0;
  #ofThread = new Int32Array(64);

  /** The number of the operation that began last. */
  get begun(): OperationNumber {
    return this.#begun;
  }

  /** For an operation that begins the next number, else the operation under way in the thread; 0: none. */
  expected(kind: number, thread: ThreadId): OperationNumber {
    if (kind === EventKind.begin || kind === EventKind.operation) return this.#begun + 1;
    return thread < this.#ofThread.length ? this.#ofThread[thread]! : 0;
  }

  /** An event happened. */
  follow(kind: number, thread: ThreadId, operation: OperationNumber): void {
    switch (kind) {
      case EventKind.begin:
        this.#begun = operation;
        this.#set(thread, operation);
        return;
      case EventKind.operation:
        this.#begun = operation;
        this.#set(thread, 0);
        return;
      case EventKind.end:
      case EventKind.exit:
        this.#set(thread, 0);
        return;
      default:
        return;
    }
  }

  #set(thread: ThreadId, operation: OperationNumber): void {
    if (thread >= this.#ofThread.length) {
      if (operation === 0) return;
      const larger = new Int32Array(2 ** Math.ceil(Math.log2(thread + 1)));
      larger.set(this.#ofThread);
      this.#ofThread = larger;
    }
    this.#ofThread[thread] = operation;
  }
}
