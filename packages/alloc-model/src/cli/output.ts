/** What a command writes to: standard output and error of a process, or a test's. */
export interface Output {
  /** @returns false if a stream has more than it can pass on: it tells with `drain` when it takes more, with `close` that it never will */
  write(text: string): unknown;
  on?(event: 'drain' | 'close', listener: () => void): unknown;
  off?(event: 'drain' | 'close', listener: () => void): unknown;
  /** Whether it is a terminal, which shows colours. */
  readonly isTTY?: boolean;
  /** Width of the terminal. */
  readonly columns?: number;
}

/** Where a command writes to; a process is one. */
export interface Streams {
  readonly stdout: Output;
  readonly stderr: Output;
}
