/** Whoever hears the calls of a log, in order: a builder of a {@link CallLog}, or a check of what the calls say. */
export interface CallSink {
  mallocx(id: number, size: number, flags: number, thread: number): void;
  /** The block `id` becomes the block `newId`, which may be the same id. */
  rallocx(id: number, newId: number, size: number, flags: number, thread: number): void;
  sdallocx(id: number, claimed: number, flags: number, thread: number): void;
  dallocx(id: number, flags: number, thread: number): void;
  /** The next call of `thread` is a new thread's. */
  texit(thread: number): void;
}
