/** One line of STD, checked at leisure: what the reader's fast path does not take, for it has a new name, is unusual, or is wrong. */
import { NEWLINE } from './byte-lines.js';
import { fail, LineError, shown } from './jsonl-guards.js';
import { StdOp, stdOpAt, STD_WORD_LENGTHS, STD_WORDS } from './std-op.js';

export const STD_FORM = 'thread|op(operand)|location';

export const BAR = 0x7c;
export const CLOSE = 0x29;

const LEAST_LOCATION = -(2 ** 31);
const MOST_LOCATION = 2 ** 31 - 1;

/** Where the parts of a line are in its bytes. */
export interface StdLine {
  readonly op: StdOp;
  readonly threadEnd: number;
  readonly operand: number;
  readonly operandEnd: number;
  readonly location: number;
}

/**
 * Parses the line at `from` up to `to`, where its end begins (`\r\n` or `\n`).
 * @throws LineError that says what was expected, and what there was
 */
export function parseStdLine(bytes: Buffer, from: number, to: number): StdLine {
  const threadEnd = fieldEnd(bytes, from, to);
  const opEnd = fieldEnd(bytes, threadEnd + 1, to);
  if (opEnd >= to || fieldEnd(bytes, opEnd + 1, to) < to) {
    throw new LineError(`expected three fields, ${STD_FORM}, got ${shownBytes(bytes, from, to)}`);
  }
  if (threadEnd === from) fail('thread', 'a name', '');
  const op = stdOpAt(bytes, threadEnd + 1);
  if (op === StdOp.none) {
    throw new LineError(
      'what happened: expected acq, rel, r, w, fork, join or req, with (operand), or begin, end, branch or dummy, ' +
        `got ${shownBytes(bytes, threadEnd + 1, opEnd)}`,
    );
  }
  const operand = threadEnd + 1 + (op === StdOp.mark ? 0 : STD_WORD_LENGTHS[op]!);
  const operandEnd = op === StdOp.mark ? opEnd : opEnd - 1;
  if (op !== StdOp.mark && !(bytes[operandEnd] === CLOSE && operandEnd > operand && isSolid(bytes, operand, operandEnd))) {
    throw new LineError(
      `operand: expected ${STD_WORDS[op]!}(…) with one or more characters in the brackets, and no blanks, ` +
        `got ${shownBytes(bytes, threadEnd + 1, opEnd)}`,
    );
  }
  return { op, threadEnd, operand, operandEnd, location: locationOf(bytes, opEnd + 1, to) };
}

/** Whether there is nothing on a line, or nothing but blanks. */
export function isBlankLine(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (bytes[at] !== NEWLINE && isBlank(bytes[at]!)) at++;
  return bytes[at] === NEWLINE;
}

/** Where the next bar is, or `to`. */
function fieldEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== BAR) at++;
  return at;
}

function isSolid(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isBlank(bytes[at]!)) return false;
  return true;
}

/** A space, a tab, a line feed and their kin; other control characters are characters like any other. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function locationOf(bytes: Buffer, from: number, to: number): number {
  const field = bytes.toString('latin1', from, to);
  const value = /^[+-]?\d+$/.test(field) ? Number(field) : NaN;
  if (value >= LEAST_LOCATION && value <= MOST_LOCATION) return value;
  return fail('location', `a decimal integer from ${LEAST_LOCATION} to ${MOST_LOCATION}`, field);
}

/** Bytes as text for people, of which the beginning is enough; what is no UTF-8 is shown as �. */
function shownBytes(bytes: Buffer, from: number, to: number): string {
  return shown(bytes.toString('utf8', from, Math.min(to, from + 256)));
}
