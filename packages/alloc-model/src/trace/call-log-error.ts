import { escapeText } from 'lockgraph';

/** An input that is no call log, or a call in it that no correct log can hold. Its message is `file:line: reason`. */
export class CallLogError extends Error {
  override readonly name = 'CallLogError';
  readonly file: string;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  readonly reason: string;

  constructor(file: string, line: number, reason: string) {
    super(`${escapeText(file)}:${line === 0 ? '' : `${line}:`} ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

const LONGEST_QUOTE = 40;

/** A piece of the input, as an error shows it: in quotes, harmless, and not too long. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return `"${escapeText(shown)}"`;
}
