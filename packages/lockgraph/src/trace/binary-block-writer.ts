/** Writes the blocks of the binary format, each with its checksum. After a failure nothing is written any more, and it is kept. */
import { crc32 } from './binary-checksum.js';
import { BINARY_VERSION, BLOCK, BlockKind, LARGEST_BLOCK, MAGIC, PREAMBLE } from './binary-format.js';

export class BlockWriter {
  readonly #write: (bytes: Uint8Array) => void;
  #checksum = 0;
  #failure: { readonly error: unknown } | undefined;

  /** @param write is given each piece in order, and may keep it; what it throws is kept for {@link check} */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
    const bytes = new Uint8Array(PREAMBLE);
    bytes.set(Buffer.from(MAGIC, 'latin1'));
    new DataView(bytes.buffer).setUint32(MAGIC.length, BINARY_VERSION, true);
    this.#emit(bytes);
  }

  /** @throws what went wrong, if something did */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  lines(text: string): void {
    this.#block(BlockKind.lines, Buffer.from(text));
  }

  rows(bytes: Uint8Array): void {
    this.#block(BlockKind.rows, bytes);
  }

  #block(kind: number, payload: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (payload.length > LARGEST_BLOCK) {
      const reason = `a definition or a note has about ${payload.length} bytes; the binary trace format takes at most ${LARGEST_BLOCK}`;
      this.#failure = { error: new RangeError(reason) };
      return;
    }
    const bytes = new Uint8Array(BLOCK.payload + payload.length);
    bytes.set(payload, BLOCK.payload);
    const view = new DataView(bytes.buffer);
    view.setUint32(BLOCK.kind, kind, true);
    view.setUint32(BLOCK.length, payload.length, true);
    this.#checksum = crc32(bytes.subarray(BLOCK.kind), this.#checksum);
    view.setUint32(BLOCK.checksum, this.#checksum, true);
    this.#emit(bytes);
  }

  #emit(bytes: Uint8Array): void {
    try {
      this.#write(bytes);
    } catch (error) {
      this.#failure = { error };
    }
  }
}
