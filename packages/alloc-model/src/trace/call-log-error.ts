/** An input that is no call log, or a call in it that no correct log can hold. Its message is `file:line: reason`. */
export class CallLogError extends Error {
  override readonly name = 'CallLogError';
  readonly file: string;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  readonly reason: string;

  constructor(file: string, line: number, reason: string) {
    super(`${printable(file)}:${line === 0 ? '' : `${line}:`} ${reason}`);
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** `text` with everything escaped that a terminal might obey: control characters, and marks that turn the direction of writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => {
    const code = char.codePointAt(0)!;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

const LONGEST_QUOTE = 40;

/** A piece of the input, as an error shows it: in quotes, harmless, and not too long. */
export function quoted(text: string): string {
  const shown = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
  return `"${printable(shown)}"`;
}
