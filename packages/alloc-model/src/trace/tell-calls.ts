import { CallKind, type CallLog } from './call-log.js';
import type { CallSink } from './call-sink.js';

/** Tells `sink` of the calls of a log, as reading the log's text would. Cost: linear, and no object. @throws what the sink throws */
export function tellCalls(log: CallLog, sink: CallSink): void {
  for (let row = 0; row < log.calls; row++) {
    const id = log.ids[log.block[row]!]!;
    const size = log.size[row]!;
    const flags = log.flags[row]!;
    const thread = log.threads[log.thread[row]!]!;
    switch (log.kind[row]) {
      case CallKind.mallocx:
        sink.mallocx(id, size, flags, thread);
        break;
      case CallKind.rallocx:
        sink.rallocx(id, log.ids[log.newBlock[row]!]!, size, flags, thread);
        break;
      case CallKind.sdallocx:
        sink.sdallocx(id, size, flags, thread);
        break;
      case CallKind.dallocx:
        sink.dallocx(id, flags, thread);
        break;
      case CallKind.texit:
        sink.texit(thread);
        break;
    }
  }
}
