import { type CallLog, readCallLog } from 'alloc-model';

/** The call log of a text. */
export async function logOf(text: string): Promise<CallLog> {
  return readCallLog(
    (async function* () {
      yield new TextEncoder().encode(text);
    })(),
    'log',
  );
}
