/** The files that a command writes: they are there when it is done, or none is. */
import { resolve } from 'node:path';
import { OutputFile } from './output-file.js';
import { UsageError } from './usage-error.js';

export class Outputs {
  readonly #files = new Map<string, OutputFile>();

  /** @returns what writes to the file @throws UsageError if it cannot be made */
  open(path: string): (text: string) => void {
    const place = resolve(path);
    if (this.#files.has(place)) throw new UsageError(`${path} is given for two outputs`);
    const file = new OutputFile(path);
    this.#files.set(place, file);
    return file.write;
  }

  keep(): void {
    for (const file of this.#files.values()) file.keep();
  }

  /** Takes back what was not kept. */
  discard(): void {
    for (const file of this.#files.values()) file.discard();
  }
}
