/** The files that a command writes: all of them are there at the end, or none is. */
import { resolve } from 'node:path';
import { OutputFile } from './output-file.js';
import { UsageError } from './usage-error.js';

export class Outputs {
  readonly #files: OutputFile[] = [];
  readonly #paths = new Set<string>();

  /** @returns what writes to the file @throws UsageError if it cannot be made */
  open(path: string): (text: string) => void {
    const place = resolve(path);
    if (this.#paths.has(place)) throw new UsageError(`${path} is given for two outputs`);
    this.#paths.add(place);
    try {
      const file = new OutputFile(path);
      this.#files.push(file);
      return file.write;
    } catch (error) {
      throw new UsageError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
  }

  keep(): void {
    for (const file of this.#files) file.keep();
  }

  /** Takes back what was not kept. */
  discard(): void {
    for (const file of this.#files) file.discard();
  }
}
