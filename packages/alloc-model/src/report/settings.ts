import type { ReplayResult } from '../lab/replay/replay.js';

/** How the calls were made if not as the log has them, and what was set of the allocator, as its option string has it; nothing for a default. */
export function settingsOf({ lgTcacheMax, narenas, tcache, unsized }: ReplayResult['options']): string[] {
  return [
    ...(unsized === true ? ['without sizes'] : []),
    ...(lgTcacheMax === null ? [] : [`lg_tcache_max ${lgTcacheMax}`]),
    ...(narenas === undefined ? [] : [`narenas ${narenas}`]),
    ...(tcache === undefined ? [] : [`tcache ${tcache}`]),
  ];
}
