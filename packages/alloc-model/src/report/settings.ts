import type { ReplayResult } from '../lab/replay/replay.js';

/** What was set of an allocator, as its option string has it; nothing for a default. */
export function settingsOf({ lgTcacheMax, narenas, tcache }: ReplayResult['options']): string[] {
  return [
    ...(lgTcacheMax === null ? [] : [`lg_tcache_max ${lgTcacheMax}`]),
    ...(narenas === undefined ? [] : [`narenas ${narenas}`]),
    ...(tcache === undefined ? [] : [`tcache ${tcache}`]),
  ];
}
