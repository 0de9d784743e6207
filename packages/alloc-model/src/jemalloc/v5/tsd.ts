/** `tsd_t`: what jemalloc keeps for each thread. */
import type { Thread } from 'lockgraph';
import type { Arena } from './arena.js';
import type { Arenas } from './arenas.js';
import type { Pac } from './pac.js';
import { Prng } from '../prng.js';
import { arenaDecay } from './purge.js';
import type { Tcache } from './tcache.js';

/** `opt_tcache_gc_incr_bytes`: so many bytes allocated, or freed, between two turns of the collector. */
const GC_INCR_BYTES = 65_536;
/** `ARENA_DECAY_NTICKS_PER_UPDATE`: so many ticks between two looks at the clock, on average. */
const DECAY_NTICKS = 1000;
const LG_DECAY_TABLE = 6;

/**
 * Where the data of the main thread lies, which is the first number of its generator of random offsets. In a process it depends on how
 * the program is linked; no other thing in the model does.
 */
const MAIN_TSD = 0x7fff_f7dd_2738;

export class Tsd {
  /** Whose it is; until the main thread's first call, whoever started the process works with its data. */
  thread: Thread;
  readonly arenas: Arenas;
  /** The arena for its blocks, and the one for jemalloc's own; undefined until it first allocates. */
  arena: Arena | undefined = undefined;
  iarena: Arena | undefined = undefined;
  /** Undefined until it first allocates. A thread that only frees never has one. */
  tcache: Tcache | undefined = undefined;
  /** `tsd_state_nominal`: it has allocated. */
  nominal = false;
  /** Bytes to allocate, and to free, before the collector's next turn. */
  allocWait = GC_INCR_BYTES;
  dallocWait = GC_INCR_BYTES;
  #prng: Prng;
  #decayTick = DECAY_NTICKS;

  constructor(thread: Thread, arenas: Arenas) {
    this.thread = thread;
    this.arenas = arenas;
    this.#prng = this.#seed();
  }

  /** `tsd_data_init`: the thread allocates for the first time. */
  init(): void {
    this.nominal = true;
    this.allocWait = GC_INCR_BYTES;
    this.dallocWait = GC_INCR_BYTES;
    this.#prng = this.#seed();
  }

  /** A random number of `bits` bits. */
  random(bits: number): number {
    return this.#prng.next(bits);
  }

  /** `thread_alloc_event`: whether it is the collector's turn, after `usize` more bytes were allocated. */
  allocEvent(usize: number): boolean {
    if (usize < this.allocWait) {
      this.allocWait -= usize;
      return false;
    }
    this.allocWait = GC_INCR_BYTES;
    return true;
  }

  /** `thread_dalloc_event`. */
  dallocEvent(usize: number): boolean {
    if (usize < this.dallocWait) {
      this.dallocWait -= usize;
      return false;
    }
    this.dallocWait = GC_INCR_BYTES;
    return true;
  }

  /** `arena_decay_ticks`: now and then, jemalloc looks whether an arena's free pages are old enough to purge. */
  decayTicks({ pac }: { readonly pac: Pac }, n: number): void | Promise<void> {
    this.#decayTick -= n;
    if (this.#decayTick >= 0) return undefined;
    this.#decayTick = decayDelay(this.random(LG_DECAY_TABLE));
    return arenaDecay(this.thread, pac);
  }

  #seed(): Prng {
    return new Prng(this.arenas.process.settings.debug ? 0 : MAIN_TSD);
  }
}

/** `ticker_geom_table`: 1 of 64 equally likely numbers of ticks, together nearly a geometric distribution. In steps of a 61st of the mean. */
function decayDelay(random: number): number {
  return Math.floor((DECAY_NTICKS * Math.round(61 * Math.log(64 / (random + 1)))) / 61);
}

/** `arena_choose`: the arena of a thread, to which it is bound if it has none yet. */
export async function arenaChoose(tsd: Tsd): Promise<Arena> {
  if (tsd.arena !== undefined) return tsd.arena;
  const [arena, iarena] = await tsd.arenas.choose(tsd.thread);
  tsd.arena = arena;
  tsd.iarena = iarena;
  const { tcache } = tsd;
  if (tcache === undefined) return arena;
  if (tcache.arena !== undefined && tcache.arena !== arena) await tcache.dissociate(tsd.thread);
  if (tcache.arena !== arena) await tcache.associate(tsd.thread, arena);
  return arena;
}
