/** Legal call logs, at random: every block that a call names is live, threads come and go, ids and thread numbers are large and far apart. */
import fc from 'fast-check';
import type { CallLog } from '../../../packages/alloc-model/src/trace/call-log.js';
import { CallLogBuilder } from '../../../packages/alloc-model/src/trace/call-log-builder.js';

const threadNumbers = [0, 1, 2, 77, 2 ** 31 - 1];
const flagsOf = [0, 0, 0x40, 6, 0x100, 2 ** 31 - 1];

/** At least one call; sizes up to `largest` bytes. */
export function randomLogs(largest: number): fc.Arbitrary<CallLog> {
  const step = fc.record({
    what: fc.nat(15),
    which: fc.nat(),
    size: fc.integer({ min: 1, max: largest }),
    flags: fc.constantFrom(...flagsOf),
    thread: fc.constantFrom(...threadNumbers),
  });
  return fc.array(step, { minLength: 1, maxLength: 60 }).map((steps) => {
    const log = new CallLogBuilder('random');
    const live: number[] = [];
    let nextId = Number.MAX_SAFE_INTEGER;
    for (const { what, which, size, flags, thread } of steps) {
      if (what === 15) {
        log.texit(thread);
        continue;
      }
      if (live.length === 0 || what < 6) {
        log.mallocx(nextId, size, flags, thread);
        live.push(nextId--);
        continue;
      }
      const [id] = live.splice(which % live.length, 1);
      if (what < 9) {
        log.rallocx(id!, nextId, size, flags, thread);
        live.push(nextId--);
      } else if (what < 12) {
        log.sdallocx(id!, size, flags, thread);
      } else {
        log.dallocx(id!, flags, thread);
      }
    }
    return log.build();
  });
}
