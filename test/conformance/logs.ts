import { type CallLog, readCallLogFile } from 'alloc-model';
import { tracePath } from './fixtures.js';

/** Call logs by trace, each read once. */
export class Logs {
  readonly #logs = new Map<string, Promise<CallLog>>();

  get(trace: string): Promise<CallLog> {
    let log = this.#logs.get(trace);
    if (log === undefined) this.#logs.set(trace, (log = readCallLogFile(tracePath(trace))));
    return log;
  }
}
