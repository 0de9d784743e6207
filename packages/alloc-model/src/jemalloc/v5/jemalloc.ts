/**
 * jemalloc 5.3.0: its interface, and the part of it that takes no lock. Time stands still: free pages do not become old, so none are
 * purged but those that jemalloc purges at once. The process starts at the first call; its main thread is the one named t0.
 */
import type { Monitor, OperationNumber, Thread } from 'lockgraph';
import { Abort, type Address, type Allocator, type ThreadCaches, UndefinedBehaviour } from '../../allocator.js';
import { Arenas } from './arenas.js';
import { alignmentOf, arenaOf, bypassesTcache } from '../flags.js';
import type { Frames } from './frames.js';
import { arenaAlloc, arenaRalloc, arenaSdalloc } from './malloc.js';
import type { Call } from './malloc.js';
import { Misuse } from '../misuse.js';
import { whereItGoes } from './misuse.js';
import { Settings } from './options.js';
import { sizeMismatch } from './safety-check.js';
import type { JemallocOptions } from '../options.js';
import { Process } from './process.js';
import { usableSize } from './sa2u.js';
import { HUGE_MAXCLASS, index2size, NBINS, NSIZES, size2index, SMALL_MAXCLASS } from '../size-classes.js';
import { tcacheDestroy, tcacheEvent } from './tcache-alloc.js';
import type { Tcache } from './tcache.js';
import { Threads } from './threads.js';
import type { Tsd } from './tsd.js';
import { checkSize, noBlockAt } from '../wrong-call.js';

/**
 * A process with jemalloc 5.3.0 in it. Its locks and notes go to `monitor`.
 * @throws RangeError or TypeError if an option is out of range; the message has its name, the value, and what is allowed
 */
export function createJemalloc530(monitor: Monitor, options: JemallocOptions = {}): Jemalloc530 {
  return new Jemalloc530(monitor, new Settings(options));
}

export class Jemalloc530 implements Allocator {
  readonly name: string;
  readonly threadCaches: ThreadCaches;
  readonly arenas: Arenas;
  readonly process: Process;
  readonly #frames: Frames;
  readonly #misuse: Misuse;
  readonly #threads: Threads;
  /** By thread id. */
  readonly #tsds: readonly (Tsd | undefined)[];

  /** Use {@link createJemalloc530}. */
  constructor(monitor: Monitor, settings: Settings) {
    this.name = settings.debug ? 'jemalloc-5.3.0-debug' : 'jemalloc-5.3.0';
    this.threadCaches = settings.tcache ? { classes: settings.nhbins, largest: settings.tcacheMaxclass } : { classes: 0, largest: 0 };
    this.process = new Process(monitor, settings);
    this.#frames = this.process.frames;
    this.arenas = new Arenas(this.process);
    this.#threads = new Threads(this.arenas);
    this.#tsds = this.#threads.tsds;
    this.#misuse = new Misuse(monitor.registry, whereItGoes);
  }

  mallocx(thread: Thread, size: number, flags: number): Address | Promise<Address> {
    if (flags === 0 && size <= SMALL_MAXCLASS && size > 0) {
      const tsd = this.#tsds[thread.id];
      const index = size2index(size);
      const cacheBin = tsd?.tcache?.bins[index];
      if (cacheBin !== undefined) {
        const address = cacheBin.popBlock(this.#misuse);
        if (address !== 0) return tsd!.allocEvent(index2size(index)) ? this.#collect(tsd!, this.#frames.mallocx, address) : address;
      }
    }
    return this.#mallocx(thread, size, flags);
  }

  sdallocx(thread: Thread, block: Address, claimed: number, flags: number): void | Promise<void> {
    if (flags === 0 && claimed <= SMALL_MAXCLASS && claimed > 0) {
      const tsd = this.#tsds[thread.id];
      const tcache = tsd?.tcache;
      const index = size2index(claimed);
      if (tcache !== undefined && this.process.emap.smallClass(block) === index && this.#push(tcache, block, index, thread.operation)) {
        return tsd!.dallocEvent(index2size(index)) ? this.#collect(tsd!, this.#frames.sdallocx, undefined) : undefined;
      }
    }
    return this.#sdallocx(thread, block, claimed, flags);
  }

  async rallocx(thread: Thread, block: Address, size: number, flags: number): Promise<Address> {
    checkSize('rallocx', size);
    const up = thread.enter(this.#frames.rallocx);
    const tsd = await this.#threads.fetch(thread);
    const call = await this.#call(tsd, flags);
    const oldIndex = this.#classAt('rallocx', block);
    this.#misuse.forget(block);
    const moved = await arenaRalloc(call, block, oldIndex, size);
    if (moved !== 0) {
      if (tsd.allocEvent(usableSize(size, call.alignment))) await tcacheEvent(tsd);
      if (tsd.dallocEvent(index2size(oldIndex))) await tcacheEvent(tsd);
    }
    thread.leave(up);
    return moved;
  }

  dallocx(thread: Thread, block: Address, flags: number): void | Promise<void> {
    const tsd = this.#tsds[thread.id];
    const tcache = tsd?.tcache;
    if (flags === 0 && tcache !== undefined) {
      const index = this.process.emap.smallClass(block);
      if (index < NBINS && this.#push(tcache, block, index, thread.operation)) {
        return tsd!.dallocEvent(index2size(index)) ? this.#collect(tsd!, this.#frames.dallocx, undefined) : undefined;
      }
    }
    return this.#dallocx(thread, block, flags);
  }

  sallocx(block: Address): number {
    return index2size(this.#classAt('sallocx', block));
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
    if (tsd.iarena !== undefined) tsd.iarena.nthreads[1]--;
    if (tsd.arena !== undefined) tsd.arena.nthreads[0]--;
    if (tsd.tcache !== undefined) await tcacheDestroy(tsd, tsd.tcache);
    this.#threads.ended(thread);
    thread.leave(up);
  }

  /** Frees a small block, of bin `index`, into the cache, if that has the bin, and room. */
  #push(tcache: Tcache, block: Address, index: number, operation: OperationNumber): boolean {
    const cacheBin = tcache.bins[index];
    if (cacheBin === undefined || !cacheBin.push(block, operation)) return false;
    this.#misuse.forget(block);
    return true;
  }

  async #mallocx(thread: Thread, size: number, flags: number): Promise<Address> {
    checkSize('mallocx', size);
    const alignment = alignmentOf(flags);
    const usize = usableSize(size, alignment);
    if (usize === 0 || usize > HUGE_MAXCLASS) return 0;
    const up = thread.enter(this.#frames.mallocx);
    const tsd = await this.#threads.fetch(thread);
    const address = await arenaAlloc(await this.#call(tsd, flags), size, usize);
    if (address !== 0 && tsd.allocEvent(usize)) await tcacheEvent(tsd);
    thread.leave(up);
    return address;
  }

  async #sdallocx(thread: Thread, block: Address, claimed: number, flags: number): Promise<void> {
    checkSize('sdallocx', claimed);
    const up = thread.enter(this.#frames.sdallocx);
    const call = await this.#freeingCall(thread, flags);
    const trueClass = this.#trueClass(block);
    const usize = usableSize(claimed, call.alignment);
    const index = size2index(usize);
    let pushedBy = thread.operation;
    if (index === trueClass || trueClass === NSIZES) this.#misuse.forget(block);
    else {
      const { debug } = this.process.settings;
      const fate = debug ? 'refused' : call.tcache?.bins[index] !== undefined ? 'cached' : 'freed';
      pushedBy = ~this.#misuse.claim(thread, { address: block, claimed, alignment: call.alignment, claimedClass: index, trueClass, fate });
      if (debug) throw new Abort(sizeMismatch(trueClass, index, block));
    }
    await arenaSdalloc(call, block, index, pushedBy);
    if (call.tsd.dallocEvent(usize)) await tcacheEvent(call.tsd);
    thread.leave(up);
  }

  async #dallocx(thread: Thread, block: Address, flags: number): Promise<void> {
    const up = thread.enter(this.#frames.dallocx);
    const call = await this.#freeingCall(thread, flags);
    const index = this.#classAt('dallocx', block);
    this.#misuse.forget(block);
    await arenaSdalloc(call, block, index, thread.operation);
    if (call.tsd.dallocEvent(index2size(index))) await tcacheEvent(call.tsd);
    thread.leave(up);
  }

  /** The collector's turn after a call that found what it needed in the cache. */
  async #collect<T>(tsd: Tsd, frame: number, result: T): Promise<T> {
    const { thread } = tsd;
    const up = thread.enter(frame);
    await tcacheEvent(tsd);
    thread.leave(up);
    return result;
  }

  async #call(tsd: Tsd, flags: number): Promise<Call> {
    const tcache = bypassesTcache(flags) ? undefined : tsd.tcache;
    const ind = arenaOf(flags);
    const named = ind < 0 ? undefined : await this.arenas.get(tsd.thread, ind);
    return { tsd, tcache, named, alignment: alignmentOf(flags), misuse: this.#misuse };
  }

  async #freeingCall(thread: Thread, flags: number): Promise<Call> {
    const tsd = await this.#threads.fetchMin(thread);
    const tcache = bypassesTcache(flags) ? undefined : tsd.tcache;
    return { tsd, tcache, named: undefined, alignment: alignmentOf(flags), misuse: this.#misuse };
  }

  /** The class of a block that is freed by its size, of which jemalloc does not look at the page; {@link NSIZES} if that was given back. */
  #trueClass(block: Address): number {
    if (!this.process.damage.happened || this.process.settings.debug) return this.#classAt('sdallocx', block);
    return this.process.emap.lookup(block)?.szind ?? NSIZES;
  }

  /**
   * The class that the page of a block has.
   * @throws RangeError if no block is there; UndefinedBehaviour if that is for the damage that was done
   */
  #classAt(by: string, block: Address): number {
    const page = this.process.emap.lookup(block);
    if (page !== undefined && page.szind < NSIZES) return page.szind;
    if (!this.process.damage.happened) throw noBlockAt(by, block);
    throw new UndefinedBehaviour(`${by} gets the block at 0x${block.toString(16)}, whose page was given back: the page map has nothing for it`);
  }
}
