/** A file that is there in pieces. */
import type { TraceSource } from '../../../../packages/lockgraph/src/trace/open.js';

export function sourceOf(text: string | Uint8Array, piece = 7): TraceSource {
  return { name: 'known.jsonl', chunks: pieces(Buffer.from(text), piece) };
}

async function* pieces(bytes: Buffer, piece: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}
