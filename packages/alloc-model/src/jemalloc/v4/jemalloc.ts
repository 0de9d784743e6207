/** jemalloc 4.5.0: its interface, and the part of it that takes no lock. */
import type { Monitor, OperationNumber, Thread } from 'lockgraph';
import { Abort, type Address, type Allocator, type ThreadCaches } from '../../allocator.js';
import { chunkKey } from './chunk-key.js';
import { Arenas } from './arenas.js';
import { sa2u } from './bin-info.js';
import { arenasTdataCleanup } from './decay.js';
import { alignmentOf, arenaOf, bypassesTcache } from '../flags.js';
import type { Frames } from './frames.js';
import { hugeSalloc } from './huge.js';
import type { HugeNode } from './huge-node.js';
import { arenaAlloc, arenaRalloc, arenaSdalloc, classAt } from './malloc.js';
import type { Call } from './malloc.js';
import { declareWrongBin, whereItGoes } from './misuse.js';
import { Misuse } from '../misuse.js';
import { Settings } from './options.js';
import type { JemallocOptions } from '../options.js';
import { ALLOCATED, BININD_INVALID, bitsBinind } from './page-map.js';
import type { ArenaChunk } from './page-map.js';
import { Process } from './process.js';
import { HUGE_MAXCLASS, index2size, NBINS, s2u, size2index, SMALL_MAXCLASS } from '../size-classes.js';
import { tcacheDestroy, tcacheEventHard, tcacheGet } from './tcache-alloc.js';
import { gcRound, type Tcache } from './tcache.js';
import { Tsd } from './tsd.js';
import { checkSize, noBlockAt } from '../wrong-call.js';

/**
 * A process with jemalloc 4.5.0 in it. Its locks and notes go to `monitor`.
 * @throws RangeError or TypeError if an option is out of range; the message has its name, the value, and what is allowed
 */
export function createJemalloc450(monitor: Monitor, options: JemallocOptions = {}): Jemalloc450 {
  return new Jemalloc450(monitor, new Settings(options));
}

/** What a build with assertions prints at a sized free whose claim is of another class. */
const SIZE_ASSERTION = '<jemalloc>: src/jemalloc.c:2654: Failed assertion: "usize == isalloc(tsd_tsdn(tsd), ptr, config_prof)"';

export class Jemalloc450 implements Allocator {
  readonly name: string;
  readonly threadCaches: ThreadCaches;
  readonly arenas: Arenas;
  readonly #process: Process;
  readonly #frames: Frames;
  readonly #misuse: Misuse;
  /** By thread id. */
  readonly #tsds: (Tsd | undefined)[] = [];

  /** Use {@link createJemalloc450}. */
  constructor(monitor: Monitor, settings: Settings) {
    this.name = settings.debug ? 'jemalloc-4.5.0-debug' : 'jemalloc-4.5.0';
    const classes = settings.tcache ? settings.nhbins : 0;
    this.threadCaches = { classes, largest: classes === 0 ? 0 : index2size(classes - 1), round: gcRound(classes) };
    this.#process = new Process(monitor, settings);
    this.#frames = this.#process.frames;
    this.arenas = new Arenas(this.#process);
    this.#misuse = new Misuse(monitor.registry, whereItGoes);
    declareWrongBin(monitor.registry);
  }

  mallocx(thread: Thread, size: number, flags: number): Address | Promise<Address> {
    if (flags === 0 && size <= SMALL_MAXCLASS && size > 0) {
      const tsd = this.#tsds[thread.id];
      const tcache = tsd?.tcache;
      if (tcache !== undefined) {
        const index = size2index(size);
        const address = tcache.bins[index]!.popBlock(this.#misuse);
        if (address !== 0) return tcache.tick() ? this.#collect(tsd!, this.#frames.mallocx, address) : address;
      }
    }
    return this.#mallocx(thread, size, flags);
  }

  sdallocx(thread: Thread, block: Address, claimed: number, flags: number): void | Promise<void> {
    if (flags === 0 && claimed <= SMALL_MAXCLASS && claimed > 0) {
      const tsd = this.#tsds[thread.id];
      const tcache = tsd?.tcache;
      const index = size2index(claimed);
      if (tcache !== undefined && this.#smallAt(block) === index && this.#push(tcache, block, index, thread.operation)) {
        return tcache.tick() ? this.#collect(tsd!, this.#frames.sdallocx, undefined) : undefined;
      }
    }
    return this.#sdallocx(thread, block, claimed, flags);
  }

  async rallocx(thread: Thread, block: Address, size: number, flags: number): Promise<Address> {
    checkSize('rallocx', size);
    const { node, index } = this.#lookUp('rallocx', block);
    const up = thread.enter(this.#frames.rallocx);
    const call = await this.#call(thread, flags);
    if (node.isExtent) await hugeSalloc(call.tsd, node as HugeNode);
    this.#misuse.forget(block);
    const moved = await arenaRalloc(call, node, block, index, size);
    const after = this.#process.chunksRtree.get(chunkKey(moved));
    // The size is read once more, for the statistics of the thread.
    if (after?.isExtent && moved !== 0) await hugeSalloc(call.tsd, after as HugeNode);
    thread.leave(up);
    return moved;
  }

  dallocx(thread: Thread, block: Address, flags: number): void | Promise<void> {
    const tsd = this.#tsds[thread.id];
    const tcache = tsd?.tcache;
    if (flags === 0 && tcache !== undefined) {
      const index = this.#smallAt(block);
      if (index < NBINS && this.#push(tcache, block, index, thread.operation)) {
        return tcache.tick() ? this.#collect(tsd!, this.#frames.dallocx, undefined) : undefined;
      }
    }
    return this.#dallocx(thread, block, flags);
  }

  sallocx(block: Address): number {
    return index2size(this.#lookUp('sallocx', block).index);
  }

  nallocx(size: number, flags: number): number {
    checkSize('nallocx', size);
    const usize = usableSize(size, alignmentOf(flags));
    return usize > HUGE_MAXCLASS ? 0 : usize;
  }

  async threadExit(thread: Thread): Promise<void> {
    const tsd = this.#tsds[thread.id];
    if (tsd === undefined) return;
    const up = thread.enter(this.#frames.tsd_cleanup);
    if (tsd.tcache !== undefined) await tcacheDestroy(tsd, tsd.tcache);
    if (tsd.iarena !== undefined) tsd.iarena.nthreads[1]--;
    if (tsd.arena !== undefined) tsd.arena.nthreads[0]--;
    await arenasTdataCleanup(tsd);
    this.#tsds[thread.id] = undefined;
    thread.leave(up);
  }

  /** The bin of the block at an address; {@link BININD_INVALID} if no small one is there. */
  #smallAt(block: Address): number {
    const node = this.#process.chunksRtree.get(chunkKey(block));
    if (node === undefined || node.isExtent) return BININD_INVALID;
    const chunk = node as ArenaChunk;
    const bits = chunk.map[chunk.pageOf(block)]!;
    return (bits & ALLOCATED) === 0 ? BININD_INVALID : bitsBinind(bits);
  }

  /** Frees a small block, of bin `index`, into the cache, if there is room. */
  #push(tcache: Tcache, block: Address, index: number, operation: OperationNumber): boolean {
    if (!tcache.bins[index]!.push(block, operation)) return false;
    this.#misuse.forget(block);
    return true;
  }

  async #dallocx(thread: Thread, block: Address, flags: number): Promise<void> {
    const { node, index } = this.#lookUp('dallocx', block);
    const up = thread.enter(this.#frames.dallocx);
    const call = this.#freeingCall(thread, flags);
    if (node.isExtent) await hugeSalloc(call.tsd, node as HugeNode);
    this.#misuse.forget(block);
    await arenaSdalloc(call, node, block, index, thread.operation);
    thread.leave(up);
  }

  async #mallocx(thread: Thread, size: number, flags: number): Promise<Address> {
    checkSize('mallocx', size);
    const alignment = alignmentOf(flags);
    const usize = usableSize(size, alignment);
    if (usize === 0 || usize > HUGE_MAXCLASS) return 0;
    const up = thread.enter(this.#frames.mallocx);
    const address = await arenaAlloc(await this.#call(thread, flags), usize);
    thread.leave(up);
    return address;
  }

  async #sdallocx(thread: Thread, block: Address, claimed: number, flags: number): Promise<void> {
    checkSize('sdallocx', claimed);
    const { node, index: trueClass } = this.#lookUp('sdallocx', block);
    const up = thread.enter(this.#frames.sdallocx);
    const call = this.#freeingCall(thread, flags);
    const index = size2index(usableSize(claimed, call.alignment));
    let pushedBy = thread.operation;
    if (index === trueClass) this.#misuse.forget(block);
    else {
      const { debug } = this.#process.settings;
      const tbin = call.tcache?.bins[index];
      const fate = debug ? 'refused' : tbin !== undefined && !node.isExtent ? 'cached' : 'freed';
      pushedBy = ~this.#misuse.claim(thread, { address: block, claimed, alignment: call.alignment, claimedClass: index, trueClass, fate });
      if (debug) throw new Abort(SIZE_ASSERTION);
    }
    await arenaSdalloc(call, node, block, index, pushedBy);
    thread.leave(up);
  }

  /** The collector's turn after a call that found what it needed in the cache. */
  async #collect<T>(tsd: Tsd, frame: number, result: T): Promise<T> {
    const { thread } = tsd;
    const up = thread.enter(frame);
    await tcacheEventHard(tsd, tsd.tcache!);
    thread.leave(up);
    return result;
  }

  /** A call that may allocate: the thread gets its cache, and a named arena is created. */
  async #call(thread: Thread, flags: number): Promise<Call> {
    const tsd = this.#tsd(thread);
    const tcache = bypassesTcache(flags) ? undefined : await tcacheGet(tsd);
    const ind = arenaOf(flags);
    const named = ind < 0 ? undefined : await this.arenas.get(thread, ind);
    return { tsd, tcache, named, alignment: alignmentOf(flags), misuse: this.#misuse };
  }

  /** A call that only frees: a thread without a cache does without. */
  #freeingCall(thread: Thread, flags: number): Call {
    const tsd = this.#tsd(thread);
    const tcache = bypassesTcache(flags) ? undefined : tsd.tcache;
    return { tsd, tcache, named: undefined, alignment: alignmentOf(flags), misuse: this.#misuse };
  }

  #tsd(thread: Thread): Tsd {
    return (this.#tsds[thread.id] ??= new Tsd(thread, this.arenas));
  }

  /** @throws RangeError if no block is there */
  #lookUp(by: string, block: Address): { node: ArenaChunk | HugeNode; index: number } {
    const node = this.#process.chunksRtree.get(chunkKey(block));
    const index = classAt(node, block);
    if (index < 0) throw noBlockAt(by, block);
    return { node: node!, index };
  }
}

function usableSize(size: number, alignment: number): number {
  return alignment === 0 ? s2u(size) : sa2u(size, alignment);
}
