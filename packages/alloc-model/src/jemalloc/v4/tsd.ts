/** What jemalloc keeps for each thread. */
import type { Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import type { Arenas } from './arenas.js';
import type { Tcache } from './tcache.js';
import type { Ticker } from '../ticker.js';

export class Tsd {
  readonly thread: Thread;
  readonly arenas: Arenas;
  /** The arena for its blocks, and the one for jemalloc's own; undefined until it first allocates. */
  arena: Arena | undefined = undefined;
  iarena: Arena | undefined = undefined;
  /** Undefined until it first allocates. A thread that only frees never has one. */
  tcache: Tcache | undefined = undefined;
  /** `arenas_tdata`: a decay ticker for each arena, in a block of arena 0 that it keeps as long as it lives. */
  tickers: Ticker[] = [];
  /** Address of that block; 0 until its first tick. */
  tickersBlock = 0;

  constructor(thread: Thread, arenas: Arenas) {
    this.thread = thread;
    this.arenas = arenas;
  }
}

/** `arena_choose`: the arena of a thread, to which it is bound if it has none yet. */
export async function arenaChoose(tsd: Tsd): Promise<Arena> {
  if (tsd.arena !== undefined) return tsd.arena;
  const [arena, iarena] = await tsd.arenas.choose(tsd.thread);
  tsd.arena = arena;
  tsd.iarena = iarena;
  return arena;
}

/** `arena_ichoose`: the arena for what jemalloc allocates for itself. */
export async function arenaIchoose(tsd: Tsd): Promise<Arena> {
  if (tsd.iarena === undefined) await arenaChoose(tsd);
  return tsd.iarena!;
}
