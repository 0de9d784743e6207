/** Programs whose hangs depend on when the collector of their thread's cache looks at a class. */
import { type CallLog, CallLogBuilder } from 'alloc-model';

/**
 * What it frees as a smaller size never fills the cache, so only the collector gives it back: 15 blocks of 4096 bytes, each a run of
 * its own, are freed as 3584; then small blocks come and go, and one of 4096 bytes is taken with every tenth of them.
 */
export function collectedProgram(): CallLog {
  const log = new CallLogBuilder('collected');
  let id = 0;
  for (; id < 15; id++) log.mallocx(id, 4096, 0, 0);
  for (let block = 0; block < 15; block++) log.sdallocx(block, 3584, 0, 0);
  for (let round = 0; round < 8000; round++) {
    log.mallocx(id, 24, 0, 0);
    log.sdallocx(id++, 24, 0, 0);
    if (round % 10 === 0) log.mallocx(id++, 4096, 0, 0);
  }
  return log.build();
}

/**
 * The collector decides how many blocks of 4096 bytes the cache is refilled with, once some have lain in it unused. Then 21 of them are
 * freed as 3584, which gives some back and loses their lock, and they are taken until the cache asks for more.
 */
export function refilledProgram(): CallLog {
  const log = new CallLogBuilder('refilled');
  let id = 0;
  for (; id < 31; id++) log.mallocx(id, 4096, 0, 0);
  for (let round = 0; round < 7600; round++) {
    log.mallocx(id, 24, 0, 0);
    log.sdallocx(id++, 24, 0, 0);
  }
  for (let i = 0; i < 15; i++) log.mallocx(id++, 4096, 0, 0);
  for (let block = 0; block < 21; block++) log.sdallocx(block, 3584, 0, 0);
  for (let i = 0; i < 10; i++) log.mallocx(id++, 4096, 0, 0);
  return log.build();
}
