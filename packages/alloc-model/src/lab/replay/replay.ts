/**
 * Replays a call log on an allocator, in a simulation whose threads make the log's calls one at a time, in the order of the log.
 * Operation N of the run is call N of the log. Cost of a call that takes no lock: no promise and no object.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Analysis, type EventSink, Monitor, Recorder, Registry, type SimulatedThread, Simulation } from 'lockgraph';
import { Abort, type Allocator, NotModelled, UndefinedBehaviour } from '../../allocator.js';
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { CallLogError } from '../../trace/call-log-error.js';
import { unsized } from '../../trace/unsized.js';
import { type AllocatorName, type AllocatorOptions, createAllocator } from './allocators.js';
import { LiveBlocks, NO_BLOCK } from './live-blocks.js';

export interface ReplayOptions extends AllocatorOptions {
  /** Default: jemalloc-4.5.0. */
  readonly allocator?: AllocatorName;
  /** Whether the last events are kept, so that findings have a history; default true. */
  readonly record?: boolean;
  /** Whether the calls are made without sizes, as through malloc and free; default false. */
  readonly unsized?: boolean;
  /** Whether to look for blocks that overlap a live one; default false. Costs some tenths of a microsecond a call. */
  readonly overlaps?: boolean;
  /** Whoever is to hear the events of the run. */
  readonly sinks?: (registry: Registry) => readonly EventSink[];
}

/** How the calls end: all are made, a thread waits for ever, the allocator ends the process, or what comes then is undefined in the real one. */
export type Outcome = 'ok' | 'hang' | 'abort' | 'undefined';

/** Plain data; what `alloc-model replay --format json` prints. */
export interface ReplayResult {
  /** The name of the log. */
  readonly trace: string;
  readonly allocator: AllocatorName;
  /** Null is the allocator's default. */
  readonly options: {
    readonly lgTcacheMax: number | null;
    /** This and `tcache` are there only if they were given. */
    readonly narenas?: number;
    readonly tcache?: boolean;
    /** True if the calls were made without sizes; else not there. */
    readonly unsized?: true;
  };
  readonly outcome: Outcome;
  /** 1-based: the last call if ok, else the one at which it stops. */
  readonly call: number;
  readonly calls: number;
  /** What the thread waits for that hangs. */
  readonly mutex?: string;
  /** What the allocator says before it aborts. */
  readonly message?: string;
  /** Why the outcome is undefined. */
  readonly reason?: string;
  /** The first call that returned a block overlapping a live one, if that was looked for. */
  readonly firstOverlap?: number;
}

export interface Replay {
  readonly result: ReplayResult;
  /** What lockgraph found on the way. */
  readonly analysis: Analysis;
  /** Where each block was, by its number; 0 if no call returned it. */
  readonly addresses: Float64Array;
}

/**
 * Replays `log` to its end, or to where it hangs.
 * @throws CallLogError on a call that the allocator does not model, RangeError on an option out of its range, and what a sink throws
 */
export async function replay(log: CallLog, options: ReplayOptions = {}): Promise<Replay> {
  const registry = new Registry();
  const monitor = new Monitor({ registry, ...(options.record === false ? {} : { log: new Recorder(registry) }) });
  for (const sink of options.sinks?.(registry) ?? []) monitor.addSink(sink);
  const simulation = new Simulation({ name: log.name, monitor, sites: false });
  const allocatorName = options.allocator ?? 'jemalloc-4.5.0';
  const run = new Run(options.unsized === true ? unsized(log) : log, simulation, createAllocator(allocatorName, monitor, options), options.overlaps ?? false);
  const { outcome, analysis } = await simulation.drive(() => run.calls());
  const hangs = outcome === 'stopped';
  const mutex = hangs ? waitedFor(analysis, run.threadName) : undefined;
  return {
    result: {
      trace: log.name,
      allocator: allocatorName,
      options: {
        lgTcacheMax: options.lgTcacheMax ?? null,
        ...(options.narenas === undefined ? {} : { narenas: options.narenas }),
        ...(options.tcache === undefined ? {} : { tcache: options.tcache }),
        ...(options.unsized === true ? { unsized: true } : {}),
      },
      outcome: hangs ? 'hang' : run.outcome,
      call: run.call,
      calls: log.calls,
      ...(mutex === undefined ? {} : { mutex }),
      ...(run.message === undefined ? {} : { message: run.message }),
      ...(run.reason === undefined ? {} : { reason: run.reason }),
      ...(run.firstOverlap === 0 ? {} : { firstOverlap: run.firstOverlap }),
    },
    analysis,
    addresses: run.addresses,
  };
}

/** What the thread stands still for. */
function waitedFor(analysis: Analysis, thread: string): string | undefined {
  for (const { cycle } of analysis.findings) {
    const waiter = cycle.find((each) => each.thread === thread);
    if (waiter !== undefined) return waiter.wants;
  }
  return undefined;
}

const OVERLAP = 'alloc/overlap';

/** So many calls are some milliseconds; a turn of the event loop costs some microseconds. A power of two. */
const CALLS_A_TURN = 4096;

class Run {
  /** The call under way, from 1; the last one at the end. */
  call = 0;
  /** What the allocator said before it ended the process. */
  message: string | undefined = undefined;
  /** Why the real allocator's behaviour is not defined from {@link call} on. */
  reason: string | undefined = undefined;
  /** 0: none was seen. */
  firstOverlap = 0;
  readonly #log: CallLog;
  readonly #simulation: Simulation;
  readonly #allocator: Allocator;
  readonly #threads: (SimulatedThread | undefined)[];
  /** As {@link Replay.addresses}. */
  readonly addresses: Float64Array;
  /** Undefined once an overlap was found, or if none is looked for. */
  #live: LiveBlocks | undefined;

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

  /** Makes the calls; does not return if one waits for ever. */
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
      // Signals and timers of the process get their turn: else a replay is one row of microtasks.
      if ((row & (CALLS_A_TURN - 1)) === CALLS_A_TURN - 1) await nextTurn();
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
    const call = this.#bornIn(other);
    thread.note(OVERLAP, { block: this.#log.ids[block]!, other: this.#log.ids[other]!, call }, [call]);
  }

  /** The call that returned a block. */
  #bornIn(block: number): number {
    const { kind, block: blocks, newBlock } = this.#log;
    const row = kind.findIndex((each, at) => (each === CallKind.mallocx ? blocks[at] : newBlock[at]) === block);
    return row + 1;
  }
}
