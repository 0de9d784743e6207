/**
 * A temporary file for what does not fit into memory: blocks of integers, written once and read at any time. On systems that allow it the file has
 * no name once it is open, so that nothing is left behind however the process ends; elsewhere {@link SpillFile.close} removes it.
 * Cost: a system call a block.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SpillFile {
  readonly #folder: string;
  readonly #descriptor: number;
  #size = 0;
  #removed = false;

  /** @throws the system's error if no file can be made */
  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'lockgraph-'));
    this.#descriptor = openSync(join(this.#folder, 'spill'), 'wx+', 0o600);
    this.#remove();
  }

  /** @returns where the block begins. @throws the system's error, as if the disk is full */
  append(block: Int32Array): number {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    const start = this.#size;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, start + done);
    this.#size += bytes.length;
    return start;
  }

  /** Fills `block` with what was written at `start`. */
  read(start: number, block: Int32Array): void {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(this.#descriptor, bytes, done, bytes.length - done, start + done);
      if (read === 0) throw new RangeError(`a block at ${start} of ${bytes.length} bytes ends beyond the file, which has ${this.#size}`);
      done += read;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
    if (!this.#removed) this.#remove();
  }

  #remove(): void {
    try {
      rmSync(this.#folder, { recursive: true });
      this.#removed = true;
    } catch {
      // Open files cannot be removed here; close() tries again.
    }
  }
}
