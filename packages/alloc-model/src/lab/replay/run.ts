/** Makes the calls of a log in a simulation, each in its thread, one at a time. Cost of a call that takes no lock: no promise and no object. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SimulatedThread, Simulation } from 'lockgraph';
import { Abort, type Allocator, NotModelled, UndefinedBehaviour } from '../../allocator.js';
import { birthsOf } from '../../trace/births.js';
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { CallLogError } from '../../trace/call-log-error.js';
import { LiveBlocks, NO_BLOCK } from './live-blocks.js';

/** Kind of the note that two blocks in use overlap. */
export const OVERLAP = 'alloc/overlap';

/** So many calls are some milliseconds; a turn of the event loop costs some microseconds, so that each short run has one, too. A power of two. */
const CALLS_A_TURN = 4096;

/** The calls of one log on one allocator; made once. */
export class Run {
  /** The call under way, from 1; the last one at the end. */
  call = 0;
  /** What the allocator said before it ended the process. */
  message: string | undefined = undefined;
  /** Why the real allocator's behaviour is not defined from {@link call} on. */
  reason: string | undefined = undefined;
  /** 0: none was seen. */
  firstOverlap = 0;
  /** Where each block was, by its number; 0 if no call returned it. */
  readonly addresses: Float64Array;
  readonly #log: CallLog;
  readonly #simulation: Simulation;
  readonly #allocator: Allocator;
  readonly #threads: (SimulatedThread | undefined)[];
  /** Undefined once an overlap was found, or if none is looked for. */
  #live: LiveBlocks | undefined;

  /** @param overlaps whether to look for blocks that overlap a live one */
  constructor(log: CallLog, simulation: Simulation, allocator: Allocator, overlaps: boolean) {
    this.#log = log;
    this.#simulation = simulation;
    this.#allocator = allocator;
    this.#threads = log.threads.map(() => undefined);
    this.addresses = new Float64Array(log.ids.length);
    this.#live = overlaps ? new LiveBlocks() : undefined;
  }

  /** How the calls end, if no thread waits for ever. */
  get outcome(): 'ok' | 'abort' | 'undefined' {
    if (this.message !== undefined) return 'abort';
    return this.reason === undefined ? 'ok' : 'undefined';
  }

  /** The thread that makes the call under way. */
  get threadName(): string {
    return this.#thread(this.#log.thread[this.call - 1] ?? 0).name;
  }

  /** Makes the calls; does not return if one waits for ever. @throws CallLogError on a call that the allocator does not model */
  async calls(): Promise<void> {
    try {
      await this.#calls();
    } catch (error) {
      if (error instanceof NotModelled) throw new CallLogError(this.#log.name, this.call, error.message);
      if (error instanceof Abort) this.message = error.message;
      else if (error instanceof UndefinedBehaviour) this.reason = error.message;
      else throw error;
    }
  }

  async #calls(): Promise<void> {
    const { calls, kind, block, newBlock, size, flags, thread: threads, ids } = this.#log;
    const registry = this.#simulation.monitor.registry;
    registry.declareNote(OVERLAP, 'block {block} overlaps block {other}, which call {call} returned and nothing has freed: both are in use');
    const mallocx = registry.operation('mallocx', ['size']);
    const rallocx = registry.operation('rallocx', ['block', 'size']);
    const sdallocx = registry.operation('sdallocx', ['block', 'claimed']);
    const dallocx = registry.operation('dallocx', ['block']);
    const texit = registry.operation('texit');
    const allocator = this.#allocator;
    const { addresses } = this;
    for (let row = 0; row < calls; row++) {
      // Signals and timers of the process get their turn: else a replay, and thousands of short ones, are one row of microtasks.
      if ((row & (CALLS_A_TURN - 1)) === 0) await nextTurn();
      this.call = row + 1;
      const thread = this.#thread(threads[row]!);
      const number = block[row]!;
      switch (kind[row]) {
        case CallKind.mallocx: {
          thread.begin(mallocx, size[row]!);
          const got = allocator.mallocx(thread, size[row]!, flags[row]!);
          const address = typeof got === 'number' ? got : await got;
          if (address === 0) this.#refuseNull(size[row]!);
          addresses[number] = address;
          if (this.#live !== undefined) this.#returned(thread, number, size[row]!);
          thread.end();
          break;
        }
        case CallKind.rallocx: {
          thread.begin(rallocx, ids[number]!, size[row]!);
          const got = allocator.rallocx(thread, addresses[number]!, size[row]!, flags[row]!);
          const address = typeof got === 'number' ? got : await got;
          if (address === 0) this.#refuseNull(size[row]!);
          addresses[newBlock[row]!] = address;
          if (this.#live !== undefined) {
            this.#live.remove(addresses[number]!);
            this.#returned(thread, newBlock[row]!, size[row]!);
          }
          thread.end();
          break;
        }
        case CallKind.sdallocx: {
          thread.begin(sdallocx, ids[number]!, size[row]!);
          const waits = allocator.sdallocx(thread, addresses[number]!, size[row]!, flags[row]!);
          if (waits !== undefined) await waits;
          thread.end();
          this.#live?.remove(addresses[number]!);
          break;
        }
        case CallKind.dallocx: {
          thread.begin(dallocx, ids[number]!);
          const waits = allocator.dallocx(thread, addresses[number]!, flags[row]!);
          if (waits !== undefined) await waits;
          thread.end();
          this.#live?.remove(addresses[number]!);
          break;
        }
        case CallKind.texit: {
          thread.begin(texit);
          const waits = allocator.threadExit(thread);
          if (waits !== undefined) await waits;
          thread.end();
          thread.exit();
          break;
        }
      }
    }
  }

  /** The thread of an index; it starts at its first call. */
  #thread(index: number): SimulatedThread {
    return (this.#threads[index] ??= this.#simulation.thread(`t${this.#log.threads[index]}`));
  }

  /** The log goes on with the block, so the program got one; a model that goes on without would tell of another program. */
  #refuseNull(size: number): never {
    throw new CallLogError(this.#log.name, this.call, `there is no memory left for ${size} bytes: the call would return NULL`);
  }

  #returned(thread: SimulatedThread, block: number, size: number): void {
    const other = this.#live!.add(this.addresses[block]!, size, block);
    if (other === NO_BLOCK) return;
    this.firstOverlap = this.call;
    // Later ones need not be found, and the set is only good for blocks that do not overlap.
    this.#live = undefined;
    const call = birthsOf(this.#log)[other]!;
    thread.note(OVERLAP, { block: this.#log.ids[block]!, other: this.#log.ids[other]!, call }, [call]);
  }
}
