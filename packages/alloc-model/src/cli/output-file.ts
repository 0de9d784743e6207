/**
 * A file that is whole or as it was before: what is written goes to a neighbour `FILE.PID.part`, which takes the name when all is well.
 * What exists and is no regular file (a pipe, `/dev/null`) is written to directly; of a symbolic link, the target is replaced.
 * Cost: one write a 64 KiB.
 */
import { closeSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { pid } from 'node:process';
import { UsageError } from './usage-error.js';

const PIECE = 64 * 1024;

export class OutputFile {
  readonly #path: string;
  /** Where the bytes go until they are all there; undefined: to the path itself. */
  readonly #part: string | undefined;
  readonly #descriptor: number;
  #pending = '';
  #open = true;

  /** @throws UsageError if the file cannot be made */
  constructor(path: string) {
    const { target, special } = orRefuse(path, () => targetOf(path));
    this.#path = target;
    this.#part = special ? undefined : `${target}.${pid}.part`;
    this.#descriptor = orRefuse(path, () => (special ? openSync(target, 'w') : openSync(this.#part!, 'wx')));
  }

  /** @throws UsageError if the file cannot be written, as {@link keep} */
  readonly write = (text: string): void => {
    this.#pending += text;
    if (this.#pending.length >= PIECE) this.#flush();
  };

  /** All is written: the file takes its name. */
  keep(): void {
    this.#flush();
    orRefuse(this.#path, () => {
      if (this.#part !== undefined) renameSync(this.#part, this.#path);
    });
    this.#close();
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
    orRefuse(this.#path, () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    });
  }

  #close(): void {
    this.#open = false;
    closeSync(this.#descriptor);
  }
}

function targetOf(path: string): { target: string; special: boolean } {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { target: path, special: false };
  if (stats.isDirectory()) throw new UsageError(`${path} cannot be written: it is a directory`);
  return { target: stats.isFile() ? realpathSync(path) : path, special: !stats.isFile() };
}

function orRefuse<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(`${path} cannot be written: ${code === 'ENOENT' ? 'there is no such folder' : (code ?? String(error))}`);
  }
}
