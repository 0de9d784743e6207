/** A trace that cannot be read. The message is `file:line: reason`, fit for people; nothing else needs to be said. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  readonly file: string;
  /** 1-based; undefined where the whole file is meant. */
  readonly line: number | undefined;
  /** What is wrong, and what was expected. */
  readonly reason: string;

  constructor(file: string, line: number | undefined, reason: string) {
    super(line === undefined ? `${file}: ${reason}` : `${file}:${line}: ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
