/** The writer of each format, as `lockgraph convert` uses it. */
import { BinaryWriter } from '../trace/binary-writer.js';
import type { EventSink } from '../trace/event.js';
import { JsonlWriter } from '../trace/jsonl-writer.js';
import type { Registry } from '../trace/registry.js';
import { StdWriter } from '../trace/std-writer.js';
import type { TraceFormatName } from './convert-options.js';

export interface TraceWriter {
  readonly sink: EventSink;
  /**
   * Nothing follows.
   * @param cutOff that the trace has no end; then what is written has none
   * @returns how often something was left out that the format cannot say, by what it was
   * @throws what went wrong with writing
   */
  finish(cutOff: boolean): Readonly<Record<string, number>>;
}

/** What a trace says of itself. */
export interface TraceHeader {
  readonly generator: string | undefined;
  readonly accesses: boolean;
}

/** @param write is given each piece in order, and may keep it */
export function traceWriter(
  to: TraceFormatName,
  registry: Registry,
  write: (chunk: string | Uint8Array) => void,
  { generator, accesses }: TraceHeader,
): TraceWriter {
  if (to === 'std') {
    const sink = new StdWriter(registry, write);
    return {
      sink,
      finish() {
        sink.close();
        return sink.dropped;
      },
    };
  }
  const sink = to === 'jsonl' ? new JsonlWriter(registry, write, generator, accesses) : new BinaryWriter(registry, write, generator, accesses);
  return {
    sink,
    finish(cutOff) {
      if (cutOff) sink.cutOff();
      sink.close();
      return {};
    },
  };
}
