/**
 * A temporary file for what does not fit into memory: blocks of integers, written once and read at any time. On systems that allow it the file has
 * no name once it is open, so that nothing is left behind however the process ends; elsewhere {@link SpillFile.close} removes it, or the end of the
 * process. Cost: a system call a block.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { SpillError } from './spill-error.js';

export class SpillFile {
  /** Where temporary files go. */
  readonly #place = tmpdir();
  readonly #folder: string;
  readonly #descriptor: number;
  #size = 0;
  #leftover: (() => void) | undefined = undefined;

  /** @throws SpillError if no file can be made */
  constructor() {
    this.#folder = this.#tried(() => mkdtempSync(join(this.#place, 'lockgraph-')));
    this.#descriptor = this.#tried(() => opened(this.#folder));
    this.#remove();
  }

  /** @returns where the block begins. @throws SpillError, as if the disk is full; what was appended before is good still */
  append(block: Int32Array): number {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    const start = this.#size;
    this.#tried(() => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done, bytes.length - done, start + done);
    });
    this.#size += bytes.length;
    return start;
  }

  /** Fills `block` with what was written at `start`. @throws SpillError if the system cannot read it */
  read(start: number, block: Int32Array): void {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    for (let done = 0; done < bytes.length; ) {
      const read = this.#tried(() => readSync(this.#descriptor, bytes, done, bytes.length - done, start + done));
      if (read === 0) throw new RangeError(`a block at ${start} of ${bytes.length} bytes ends beyond the file, which has ${this.#size}`);
      done += read;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
    if (this.#leftover === undefined) return;
    process.off('exit', this.#leftover);
    this.#remove();
  }

  #remove(): void {
    this.#leftover = undefined;
    try {
      rmSync(this.#folder, { recursive: true });
    } catch {
      // Open files cannot be removed here.
      this.#leftover = () => this.close();
      process.once('exit', this.#leftover);
    }
  }

  #tried<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw SpillError.of(this.#place, error);
    }
  }
}

/** A new file in a folder of its own, which goes where there can be none. */
function opened(folder: string): number {
  try {
    return openSync(join(folder, 'spill'), 'wx+', 0o600);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
