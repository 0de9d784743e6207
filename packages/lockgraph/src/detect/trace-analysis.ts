/** Runs a recorded trace through the very lock state and detectors of a live run, and then says what other schedules of it would do. */
import { EventStore } from '../trace/event-store.js';
import { readTrace } from '../trace/open.js';
import type { TraceSource } from '../trace/open.js';
import { Recorder } from '../trace/recorder.js';
import { Registry } from '../trace/registry.js';
import type { TraceSummary } from '../trace/trace-summary.js';
import type { Analysis, Source, Unproved } from './finding.js';
import { MAX_CYCLE, Monitor } from './monitor.js';

export interface TraceAnalysisOptions {
  /** What the analysis calls the trace; default: the name of its source. */
  readonly name?: string;
  /** Threads of a cycle that did not happen, at most; default 5. */
  readonly maxCycle?: number;
  /** Whether lines of an STD trace that do not parse are skipped; default: they are an error. */
  readonly lenient?: boolean;
  /** Is told what reading the trace came to, before it is analysed any further. */
  readonly onRead?: (summary: TraceSummary) => void;
}

/**
 * What `lockgraph report` says of a trace. Memory: flat in its length; what does not fit lies in a temporary file.
 * @throws TraceError if the trace cannot be read
 */
export async function analyseTrace(trace: TraceSource, options: TraceAnalysisOptions = {}): Promise<Analysis> {
  const { name = trace.name, maxCycle = MAX_CYCLE, lenient = false, onRead } = options;
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  const monitor = new Monitor({ registry, log: new Recorder(registry, { position }), store, maxCycle });
  try {
    const read = await readTrace(trace, monitor, registry, position, { lenient });
    onRead?.(read);
    monitor.finish();
    await monitor.predictInTurns(doubt(read));
    const { source, ...said } = monitor.analysis(name);
    return { ...said, source: { ...source, complete: source.complete && read.complete, ...missing(read) } };
  } finally {
    store.close();
  }
}

/** Why nothing can be proved from a trace, whatever it says. What was read up to a cut alone is no reason: it happened. */
function doubt({ skipped = 0, accessesRecorded }: TraceSummary): Unproved | undefined {
  if (skipped > 0) return 'incomplete';
  return accessesRecorded ? undefined : 'accesses';
}

/** What a trace should have, and has not. */
function missing({ cutOff, cause, unreadBytes, unreadFrom = 0, skipped = 0, firstSkipped = 0 }: TraceSummary): Partial<Source> {
  return { ...(cutOff ? { cut: { cause: cause ?? 'end', unreadBytes, unreadFrom } } : undefined), ...(skipped > 0 ? { skipped, firstSkipped } : undefined) };
}
