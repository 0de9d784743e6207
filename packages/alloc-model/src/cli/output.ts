/** What a command writes to: standard output and error of a process, or a test's. */
export interface Output {
  write(text: string): unknown;
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
