/**
 * A file that is there whole or not at all: written beside its place under another name, and renamed when it is complete.
 * What is no regular file (a pipe, a device), and what is open already (`/dev/stdout`), is written to directly. All calls are synchronous, for a run may stand still before anything else can run.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { descriptorOf } from './descriptor-path.js';

/** Those that are neither complete nor discarded. */
const open = new Set<AtomicFile>();

/**
 * Discards every {@link AtomicFile} that is not complete: for a process that is told to end. A file that is written to directly keeps what
 * it has.
 */
export function discardOpenFiles(): void {
  for (const file of open) file.discard();
}

export class AtomicFile {
  readonly #path: string;
  /** Absent for what is written to directly. */
  readonly #temporary: string | undefined;
  /** Whether the descriptor was open before, and stays open. */
  readonly #borrowed: boolean;
  #descriptor: number | undefined;

  /** @throws the error of the file system if the file cannot be made */
  constructor(path: string) {
    const borrowed = descriptorOf(path);
    this.#borrowed = borrowed !== undefined;
    const existing = statSync(path, { throwIfNoEntry: false });
    const direct = borrowed !== undefined || (existing !== undefined && !existing.isFile());
    // A pipe has a name in the file system that may have no real path.
    this.#path = existing === undefined || direct ? path : realpathSync(path);
    this.#temporary = direct ? undefined : `${this.#path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
    this.#descriptor = borrowed ?? (this.#temporary === undefined ? openSync(this.#path, 'w') : openSync(this.#temporary, 'wx'));
    open.add(this);
  }

  /** @throws the error of the file system; the file is discarded then */
  write(chunk: string | Uint8Array): void {
    if (this.#descriptor === undefined) return;
    try {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /**
   * It is complete: gives it its name.
   * @throws the error of the file system; the file is discarded then
   */
  commit(): void {
    if (this.#descriptor === undefined) return;
    try {
      const descriptor = this.#descriptor;
      this.#descriptor = undefined;
      if (!this.#borrowed) closeSync(descriptor);
      if (this.#temporary !== undefined) renameSync(this.#temporary, this.#path);
      open.delete(this);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Leaves nothing behind, and what was there before as it was. Does nothing once the file is complete. */
  discard(): void {
    if (!open.delete(this)) return;
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    try {
      if (descriptor !== undefined && !this.#borrowed) closeSync(descriptor);
    } finally {
      if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
    }
  }
}
