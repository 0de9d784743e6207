/** What a command reads from and writes to: the process's own, or a test's. */
export interface Streams {
  /** `fd` is its descriptor, where it has one. */
  readonly stdin: AsyncIterable<Uint8Array> & { readonly fd?: number };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly directory: string;
}

export interface Output {
  write(chunk: string | Uint8Array): unknown;
  /** Whether more was written than could be passed on: `drain` tells when it was. */
  readonly writableNeedDrain?: boolean;
  /** `error`: nobody reads it any more. */
  once?(event: 'drain' | 'error', listener: () => void): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}
