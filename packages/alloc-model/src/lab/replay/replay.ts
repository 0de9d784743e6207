/**
 * Replays a call log on an allocator, in a simulation whose threads make the log's calls one at a time, in the order of the log.
 * Operation N of the run is call N of the log.
 */
import { type Analysis, type EventSink, Monitor, Recorder, Registry, Simulation } from 'lockgraph';
import type { CallLog } from '../../trace/call-log.js';
import { unsized } from '../../trace/unsized.js';
import { type AllocatorName, type AllocatorOptions, createAllocator, DEFAULT_ALLOCATOR } from './allocators.js';
import { Run } from './run.js';

export interface ReplayOptions extends AllocatorOptions {
  /** Default: {@link DEFAULT_ALLOCATOR}. */
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
  const allocatorName = options.allocator ?? DEFAULT_ALLOCATOR;
  const run = new Run(options.unsized === true ? unsized(log) : log, simulation, createAllocator(allocatorName, monitor, options), options.overlaps ?? false);
  const { outcome, analysis } = await simulation.drive(() => run.calls());
  const hangs = outcome === 'stopped';
  const mutex = hangs ? waitedFor(analysis, run.threadName) : undefined;
  return {
    result: {
      trace: log.name,
      allocator: allocatorName,
      options: givenOptions(options),
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

/** The options as a {@link ReplayResult} tells them. */
export function givenOptions({ lgTcacheMax, narenas, tcache, unsized: withoutSizes }: ReplayOptions): ReplayResult['options'] {
  return {
    lgTcacheMax: lgTcacheMax ?? null,
    ...(narenas === undefined ? {} : { narenas }),
    ...(tcache === undefined ? {} : { tcache }),
    ...(withoutSizes === true ? { unsized: true } : {}),
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
