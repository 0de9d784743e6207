/** Call logs to replay. */
import { type CallLog, CallLogBuilder } from 'alloc-model';

/** `calls` calls that a thread cache serves: a few blocks of each of some small sizes are freed and taken again. */
export function cacheHits(calls: number): CallLog {
  const sizes = [24, 48, 64, 96, 128, 200, 320, 512];
  const log = new CallLogBuilder('cache hits');
  let id = 0;
  for (const size of sizes) log.mallocx(id++, size, 0, 0);
  for (let oldest = 0; log.calls < calls; oldest++) {
    const size = sizes[oldest % sizes.length]!;
    log.sdallocx(oldest, size, 0, 0);
    log.mallocx(id++, size, 0, 0);
  }
  return log.build();
}
