/** The files that a command writes: they are there when it is done, or none is. */
import { resolve } from 'node:path';
import { AtomicFile } from 'lockgraph';
import { UsageError } from './usage-error.js';

/** Characters that wait for a write. */
const PIECE = 64 * 1024;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  ENOSPC: 'no space left on the device',
};

export class Outputs {
  readonly #files = new Map<string, BufferedFile>();

  /** @returns what writes to the file @throws UsageError if it cannot be made */
  open(path: string): (text: string) => void {
    const place = resolve(path);
    if (this.#files.has(place)) throw new UsageError(`${path} is given for two outputs`);
    const file = new BufferedFile(path);
    this.#files.set(place, file);
    return (text) => file.write(text);
  }

  /** @throws UsageError if not all could be written */
  keep(): void {
    for (const file of this.#files.values()) file.flush();
    for (const file of this.#files.values()) file.commit();
  }

  /** Takes back what was not kept. */
  discard(): void {
    for (const file of this.#files.values()) file.discard();
  }
}

class BufferedFile {
  readonly #path: string;
  readonly #file: AtomicFile;
  #pending = '';

  constructor(path: string) {
    this.#path = path;
    this.#file = this.#orRefuse(() => new AtomicFile(path));
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= PIECE) this.flush();
  }

  flush(): void {
    const text = this.#pending;
    this.#pending = '';
    this.#orRefuse(() => this.#file.write(text));
  }

  commit(): void {
    this.#orRefuse(() => this.#file.commit());
  }

  discard(): void {
    this.#file.discard();
  }

  #orRefuse<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
      if (code === undefined) throw error;
      throw new UsageError(`${this.#path} cannot be written: ${Object.hasOwn(reasons, code) ? reasons[code]! : code}`);
    }
  }
}
