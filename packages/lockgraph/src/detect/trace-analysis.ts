/** Runs a recorded trace through the very lock state and detectors of a live run, and then says what other schedules of it would do. */
import { EventStore } from '../trace/event-store.js';
import { readTrace } from '../trace/open.js';
import type { TraceSource } from '../trace/open.js';
import { Recorder } from '../trace/recorder.js';
import { Registry } from '../trace/registry.js';
import type { Analysis } from './finding.js';
import { MAX_CYCLE, Monitor } from './monitor.js';

export interface TraceAnalysisOptions {
  /** What the analysis calls the trace; default: the name of its source. */
  readonly name?: string;
  /** Threads of a cycle that did not happen, at most; default 5. */
  readonly maxCycle?: number;
  /** Whether lines of an STD trace that do not parse are skipped; default: they are an error. */
  readonly lenient?: boolean;
}

/**
 * What `lockgraph report` says of a trace. Memory: flat in its length; what does not fit lies in a temporary file.
 * @throws TraceError if the trace cannot be read
 */
export async function analyseTrace(trace: TraceSource, options: TraceAnalysisOptions = {}): Promise<Analysis> {
  const { name = trace.name, maxCycle = MAX_CYCLE, lenient = false } = options;
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  const monitor = new Monitor({ registry, log: new Recorder(registry, { position }), store, maxCycle });
  try {
    const read = await readTrace(trace, monitor, registry, position, { lenient });
    monitor.finish();
    const { skipped = 0, firstSkipped = 0, accessesRecorded } = read;
    await monitor.predictInTurns(skipped > 0 ? 'incomplete' : accessesRecorded ? undefined : 'accesses');
    const { source, ...said } = monitor.analysis(name);
    return {
      ...said,
      source: { ...source, complete: source.complete && read.complete, ...(skipped === 0 ? undefined : { skipped, firstSkipped }) },
    };
  } finally {
    store.close();
  }
}
