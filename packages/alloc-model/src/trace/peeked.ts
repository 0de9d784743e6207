/** The beginning of what is read, which tells what it is. */
import { GDB_LOG_START, peek } from 'lockgraph';

/** A line of a call log, wherever it is. */
const CALL_LINE = /^(?:mallocx|rallocx|sdallocx|dallocx|texit)[ \t]+\S/m;

/** Whether the beginning of a file is that of a call log. */
export function hasCallLine(start: string): boolean {
  return CALL_LINE.test(start);
}

/** The beginning, as far as it tells a gdb log, and all of the bytes. */
export async function peeked(input: AsyncIterable<Uint8Array>): Promise<{ readonly start: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const { start, chunks } = await peek(input, GDB_LOG_START);
  return { start: Buffer.from(start).toString('latin1', 0, GDB_LOG_START), bytes: chunks };
}
