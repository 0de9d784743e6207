import { type CallLog, CallLogBuilder } from 'alloc-model';

/** Blocks of 8192 bytes, one next to the other: the first is freed as 10240, and handed out as such by the cache of the thread, if it has one. */
export function overlapInCaches(): CallLog {
  const log = new CallLogBuilder('overlap');
  log.mallocx(1, 8192, 0, 0);
  log.mallocx(2, 8192, 0, 0);
  log.sdallocx(1, 10_240, 0, 0);
  log.mallocx(3, 10_240, 0, 0);
  return log.build();
}
