/**
 * Where a converted trace goes, piece by piece: a file, which is there whole or not at all, or standard output.
 * Memory: what standard output has not passed on yet; for gzip, a piece of 1 MiB.
 */
import { gzipSync } from 'node:zlib';
import { AtomicFile } from '../trace/atomic-file.js';
import { inputError } from './input-error.js';
import type { Output } from './streams.js';

export interface TraceOutput {
  /** @throws InputError if it cannot be written */
  write(chunk: string | Uint8Array): void;
  /**
   * Waits until more can be written without being kept in memory. @returns false if nobody wants more: what reads standard output has ended
   * @throws InputError if a write failed
   */
  ready(): Promise<boolean>;
  /** It is complete. @throws InputError if it cannot be written */
  commit(): void;
  /** Leaves nothing behind. */
  discard(): void;
}

export class FileOutput implements TraceOutput {
  readonly #path: string;
  readonly #file: AtomicFile;
  #failure: { readonly error: unknown } | undefined;

  /** @throws InputError if the file cannot be made */
  constructor(path: string) {
    this.#path = path;
    this.#file = this.#tried(() => new AtomicFile(path));
  }

  write(chunk: string | Uint8Array): void {
    this.#tried(() => this.#file.write(chunk));
  }

  async ready(): Promise<boolean> {
    // Whoever writes the trace keeps failures until its end, which may be far.
    if (this.#failure !== undefined) throw this.#failure.error;
    return true;
  }

  commit(): void {
    this.#tried(() => this.#file.commit());
  }

  discard(): void {
    this.#file.discard();
  }

  #tried<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      this.#failure = { error: inputError(this.#path, error) };
      throw this.#failure.error;
    }
  }
}

export class StreamOutput implements TraceOutput {
  readonly #stream: Output;
  #gone = false;

  constructor(stream: Output) {
    this.#stream = stream;
    stream.once?.('error', () => (this.#gone = true));
  }

  write(chunk: string | Uint8Array): void {
    if (!this.#gone) this.#stream.write(chunk);
  }

  async ready(): Promise<boolean> {
    if (this.#stream.writableNeedDrain === true && !this.#gone) {
      await new Promise<void>((resolve) => {
        this.#stream.once?.('drain', resolve);
        this.#stream.once?.('error', resolve);
      });
    }
    return !this.#gone;
  }

  commit(): void {}

  discard(): void {}
}

/** Gzips what goes to another output: a gzip member a piece, which together are one gzip file (RFC 1952, section 2.2). */
export class GzipOutput implements TraceOutput {
  static readonly #piece = 1_048_576;
  readonly #output: TraceOutput;
  #pending: Uint8Array[] = [];
  #size = 0;
  #written = false;

  constructor(output: TraceOutput) {
    this.#output = output;
  }

  write(chunk: string | Uint8Array): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.#pending.push(bytes);
    this.#size += bytes.length;
    if (this.#size >= GzipOutput.#piece) this.#flush();
  }

  ready(): Promise<boolean> {
    return this.#output.ready();
  }

  commit(): void {
    if (this.#size > 0 || !this.#written) this.#flush();
    this.#output.commit();
  }

  discard(): void {
    this.#output.discard();
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#size = 0;
    this.#written = true;
    this.#output.write(gzipSync(bytes));
  }
}
