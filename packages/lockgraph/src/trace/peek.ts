/** The beginning of a stream of bytes, which tells what it is. */

/** @returns at least the first `most` bytes, or all there are; and all chunks, those included. Cost: one copy of the beginning */
export async function peek(chunks: AsyncIterable<Uint8Array>, most: number): Promise<{ start: Uint8Array; chunks: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  for (let size = 0; size < most; size += pieces.at(-1)!.length) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    // A copy: whoever gave the chunk may use its memory again.
    pieces.push(Buffer.from(value));
  }
  const start = Buffer.concat(pieces);
  return { start, chunks: followed(start, iterator) };
}

/** Whether bytes that begin so are gzipped. */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

async function* followed(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (start.length > 0) yield start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
