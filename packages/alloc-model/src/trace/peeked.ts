/** The beginning of what is read, which tells what it is. */

/** As much as tells a gdb log, which may begin with much that gdb and the program printed. */
const START_BYTES = 65_536;
/** A line of a call log, wherever it is. */
const CALL_LINE = /^(?:mallocx|rallocx|sdallocx|dallocx|texit)[ \t]+\S/m;

/** Whether the beginning of a file is that of a call log. */
export function hasCallLine(start: string): boolean {
  return CALL_LINE.test(start);
}

/** The beginning, and all of the bytes. */
export async function peeked(input: AsyncIterable<Uint8Array>): Promise<{ readonly start: string; readonly bytes: AsyncIterable<Uint8Array> }> {
  const chunks = input[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  while (size < START_BYTES && !ended) {
    const { value, done } = await chunks.next();
    ended = done === true;
    if (done !== true) {
      // A copy: the chunk's memory may be used again.
      read.push(value.slice());
      size += value.length;
    }
  }
  async function* all(): AsyncIterable<Uint8Array> {
    yield* read;
    if (!ended) yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { start: Buffer.concat(read).toString('latin1', 0, START_BYTES), bytes: all() };
}
