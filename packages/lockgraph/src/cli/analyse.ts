/** Runs a trace through the very lock state and detectors of a live run. Memory: flat in the length of the trace. */
import type { Analysis } from '../detect/finding.js';
import { Monitor } from '../detect/monitor.js';
import { EventStore } from '../trace/event-store.js';
import { readTrace, traceFile } from '../trace/open.js';
import { Recorder } from '../trace/recorder.js';
import { Registry } from '../trace/registry.js';
import { inputError } from './input-error.js';
import type { Streams } from './streams.js';

/**
 * @param trace a path, or `-` for standard input
 * @throws TraceError or InputError if it cannot be read
 */
export async function analyse(trace: string, { stdin }: Streams): Promise<Analysis> {
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  const monitor = new Monitor({ registry, log: new Recorder(registry, { position }), store });
  try {
    const read = await readTrace(trace === '-' ? { name: trace, chunks: stdin } : traceFile(trace), monitor, registry, position);
    monitor.finish();
    monitor.predict(read.accessesRecorded);
    const { source, ...said } = monitor.analysis(trace === '-' ? 'standard input' : trace);
    return { ...said, source: { ...source, complete: source.complete && read.complete } };
  } catch (error) {
    throw inputError(trace, error);
  } finally {
    store.close();
  }
}
