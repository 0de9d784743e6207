/** The files that a command writes: each is whole, and none is there when the command fails before all are written. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AtomicFile, isSameFile } from 'lockgraph';
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

/** Descriptor of the standard input. */
const STDIN = 0;

export class Outputs {
  readonly #inputs: readonly string[];
  readonly #files: BufferedFile[] = [];
  readonly #places = new Set<string>();

  /** @param inputs what the command reads, paths or `-`: no output may replace one */
  constructor(inputs: readonly string[]) {
    this.#inputs = inputs;
  }

  /** @returns what writes to the file @throws UsageError if it cannot be made, is the input, or is open already; a device may be */
  open(path: string): (text: string) => void {
    if (this.#inputs.some((input) => isSameFile(path, input === '-' ? STDIN : input))) {
      throw new UsageError(`${path} is the TRACE to read, and would be replaced; give the output another name`);
    }
    if (path === '-') throw new UsageError('"-" is standard output, to which only --output may go; a file of that name is ./-');
    const place = placeOf(path);
    if (this.#places.has(place) && !isDevice(place)) throw new UsageError(`${path} is given for two outputs`);
    const file = new BufferedFile(path);
    this.#places.add(place);
    this.#files.push(file);
    return (text) => file.write(text);
  }

  /**
   * Gives all files their names, in turn, once all are written. Where one cannot be given its name, those before it have theirs.
   * @throws UsageError if not all could be written
   */
  keep(): void {
    for (const file of this.#files) file.flush();
    for (const file of this.#files) file.commit();
  }

  /** Takes back what was not kept. */
  discard(): void {
    for (const file of this.#files) file.discard();
  }
}

/** What is no file is not replaced: what goes to a device or a pipe goes there in turn. */
function isDevice(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isFile() === false;
}

/** The path without links, as far as it is there. */
function placeOf(path: string): string {
  const place = resolve(path);
  for (const real of [() => realpathSync(place), () => join(realpathSync(dirname(place)), basename(place))]) {
    try {
      return real();
    } catch {
      // It is not there (yet), or cannot be asked about: whoever opens it says so.
    }
  }
  return place;
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
      throw new UsageError(`${this.#path === '' ? '""' : this.#path} cannot be written: ${Object.hasOwn(reasons, code) ? reasons[code]! : code}`);
    }
  }
}
