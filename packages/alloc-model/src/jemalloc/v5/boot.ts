/** The start of the process, and of each thread in it. */
import type { Thread } from 'lockgraph';
import type { Arenas } from './arenas.js';
import { EDATA_BYTES } from './edata.js';
import { BACKGROUND_THREADS } from './locks.js';
import { ceilTo, NBINS } from '../size-classes.js';
import { tcacheDataInit } from './tcache-alloc.js';
import { Tsd } from './tsd.js';

const CACHELINE = 64;
const CACHE_BIN_INFO_BYTES = 2;
const BACKGROUND_THREAD_INFO_BYTES = 208;
/** Of `background_thread_info`, which lies behind the edata of the first slab: all that is not zero in a process that was forked. */
const MUTEX_KIND_OFFSET = 0x88;
const MUTEX_KIND = 0x200n;

/** `malloc_init_hard`: arena 0 exists, and the main thread has a cache, before the first call. Returns the main thread's data. */
export async function boot(thread: Thread, arenas: Arenas): Promise<Tsd> {
  const { base, memory, settings } = arenas.process;
  await base.alloc(thread, Math.max(settings.nhbins, NBINS) * CACHE_BIN_INFO_BYTES, CACHELINE);
  await arenas.get(thread, 0);
  const main = new Tsd(thread, arenas);
  main.init();
  if (settings.tcache) await tcacheDataInit(main, true);
  const infos = await base.alloc(thread, BACKGROUND_THREADS * BACKGROUND_THREAD_INFO_BYTES, CACHELINE);
  memory.addOther({ address: infos.address, size: ceilTo(BACKGROUND_THREADS * BACKGROUND_THREAD_INFO_BYTES, EDATA_BYTES) });
  for (let i = 0; i < BACKGROUND_THREADS; i++) {
    memory.setWord(infos.address + i * BACKGROUND_THREAD_INFO_BYTES + MUTEX_KIND_OFFSET, MUTEX_KIND);
  }
  return main;
}

/** `tsd_fetch`: a thread that allocates for the first time. */
export async function tsdFetch(tsd: Tsd): Promise<void> {
  tsd.init();
  if (tsd.arenas.process.settings.tcache) await tcacheDataInit(tsd, false);
}
