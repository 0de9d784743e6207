/**
 * A file that is whole or not there: what is written goes to a neighbour `FILE.PID.part`, which takes the name when all is well.
 * What exists and is no regular file (a pipe, `/dev/null`) is written to directly. Cost: one write a 64 KiB.
 */
import { closeSync, openSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';

const PIECE = 64 * 1024;

export class OutputFile {
  readonly #path: string;
  /** Where the bytes go until they are all there; undefined: to the path itself. */
  readonly #part: string | undefined;
  readonly #descriptor: number;
  #pending = '';
  #open = true;

  /** @throws the system's error if the file cannot be made */
  constructor(path: string) {
    this.#path = path;
    this.#part = isSpecial(path) ? undefined : `${path}.${process.pid}.part`;
    this.#descriptor = openSync(this.#part ?? path, 'w');
  }

  readonly write = (text: string): void => {
    this.#pending += text;
    if (this.#pending.length >= PIECE) this.#flush();
  };

  /** All is written: the file takes its name. */
  keep(): void {
    this.#flush();
    this.#close();
    if (this.#part !== undefined) renameSync(this.#part, this.#path);
  }

  /** Nothing is to remain. Does nothing after {@link keep}. */
  discard(): void {
    if (!this.#open) return;
    this.#close();
    if (this.#part !== undefined) unlinkSync(this.#part);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
  }

  #close(): void {
    this.#open = false;
    closeSync(this.#descriptor);
  }
}

function isSpecial(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}
