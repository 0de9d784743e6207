import { quoteName } from '../threads/quote.js';

/** A lock was used in a way that its policy forbids. The lock is as it was before; the finding of the same kind tells the history. */
export class LockUsageError extends Error {
  override readonly name = 'LockUsageError';
  /** Name of the lock. */
  readonly lock: string;
  /** Name of the thread that used it. */
  readonly thread: string;

  /** @param what what the thread did, and what to do instead: `releases it, …` */
  constructor(lock: string, thread: string, what: string) {
    super(`lock ${quoteName(lock)}: thread ${quoteName(thread)} ${what}`);
    this.lock = lock;
    this.thread = thread;
  }
}
