/**
 * Runs a trace through the very lock state and detectors of a live run; or tells what merged knowledge of many runs comes to.
 * Memory: flat in the length of the trace.
 */
import type { Analysis } from '../detect/finding.js';
import { peekKnowledge, readKnowledge } from '../detect/knowledge/read.js';
import { analyseKnowledge } from '../detect/known-order.js';
import { Monitor } from '../detect/monitor.js';
import { EventStore } from '../trace/event-store.js';
import { readTrace, traceFile } from '../trace/open.js';
import type { TraceSource } from '../trace/open.js';
import { Recorder } from '../trace/recorder.js';
import { Registry } from '../trace/registry.js';
import { inputError } from './input-error.js';
import type { Streams } from './streams.js';

interface AnalysisOptions {
  readonly maxCycle: number;
  readonly lenient: boolean;
}

/**
 * @param trace a path, or `-` for standard input: a trace, or knowledge
 * @param options.maxCycle threads of a cycle that did not happen, at most
 * @param options.lenient whether lines of an STD trace that do not parse are skipped
 * @throws TraceError or InputError if it cannot be read
 */
export async function analyse(trace: string, { stdin }: Streams, options: AnalysisOptions): Promise<Analysis> {
  const name = trace === '-' ? 'standard input' : trace;
  try {
    const { isKnowledge, source } = await peekKnowledge(trace === '-' ? { name: trace, chunks: stdin } : traceFile(trace));
    return isKnowledge ? analyseKnowledge(await readKnowledge(source), name, options.maxCycle) : await analyseTrace(source, name, options);
  } catch (error) {
    throw inputError(trace, error);
  }
}

async function analyseTrace(trace: TraceSource, name: string, { maxCycle, lenient }: AnalysisOptions): Promise<Analysis> {
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  const monitor = new Monitor({ registry, log: new Recorder(registry, { position }), store, maxCycle });
  try {
    const read = await readTrace(trace, monitor, registry, position, { lenient });
    monitor.finish();
    const { skipped = 0, firstSkipped = 0, accessesRecorded } = read;
    if (skipped > 0) monitor.predict('incomplete');
    else monitor.predict(accessesRecorded ? undefined : 'accesses');
    const { source, ...said } = monitor.analysis(name);
    return {
      ...said,
      source: { ...source, complete: source.complete && read.complete, ...(skipped === 0 ? undefined : { skipped, firstSkipped }) },
    };
  } finally {
    store.close();
  }
}
