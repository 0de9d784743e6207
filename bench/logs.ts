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

/** `calls` calls of a correct program whose blocks are of all sizes up to some hundred KiB, and live for a while: what passes the caches depends on their limit. */
export function mixedSizes(calls: number): CallLog {
  const log = new CallLogBuilder('mixed sizes');
  const live: { readonly id: number; readonly size: number }[] = [];
  let state = 1;
  const upTo = (n: number): number => {
    // The generator of C's example, as good as any here: the log is the same each time.
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * n);
  };
  for (let id = 0; log.calls < calls; ) {
    if (live.length < 200 || upTo(2) === 0) {
      const size = 1 + upTo(2 ** (4 + upTo(15)));
      live.push({ id, size });
      log.mallocx(id++, size, 0, 0);
    } else {
      const [{ id: freed, size }] = live.splice(upTo(live.length), 1) as [{ id: number; size: number }];
      log.sdallocx(freed, size, 0, 0);
    }
  }
  return log.build();
}
