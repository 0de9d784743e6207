/** The start of the process, and of each thread in it. */
import type { Thread } from 'lockgraph';
import type { Arenas } from './arenas.js';
import { BACKGROUND_THREADS } from './locks.js';
import { NBINS } from '../size-classes.js';
import { tcacheDataInit } from './tcache-alloc.js';
import { Tsd } from './tsd.js';

const CACHELINE = 64;
const CACHE_BIN_INFO_BYTES = 2;
const BACKGROUND_THREAD_INFO_BYTES = 208;

/** `malloc_init_hard`: arena 0 exists, and the main thread has a cache, before the first call. Returns the main thread's data. */
export async function boot(thread: Thread, arenas: Arenas): Promise<Tsd> {
  const { base, settings } = arenas.process;
  await base.alloc(thread, Math.max(settings.nhbins, NBINS) * CACHE_BIN_INFO_BYTES, CACHELINE);
  await arenas.get(thread, 0);
  const main = new Tsd(thread, arenas);
  main.init();
  if (settings.tcache) await tcacheDataInit(main, true);
  await base.alloc(thread, BACKGROUND_THREADS * BACKGROUND_THREAD_INFO_BYTES, CACHELINE);
  return main;
}

/** `tsd_fetch`: a thread that allocates for the first time. */
export async function tsdFetch(tsd: Tsd): Promise<void> {
  tsd.init();
  if (tsd.arenas.process.settings.tcache) await tcacheDataInit(tsd, false);
}
