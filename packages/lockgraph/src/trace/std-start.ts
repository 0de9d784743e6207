/** Whether a file begins as a trace in STD. */

/** A line of three fields; what happened may be a word that STD does not have, for then the reader says so. */
const LINE = /^[^|\r\n]+\|(?:\w+\([^|\r\n]*\)|(?:begin|end|branch|dummy)[^|\r\n]*)\|/m;

/** @param start of the file, as far as it was looked at. One line is enough: those before it may be damaged. */
export function beginsAsStd(start: string): boolean {
  return LINE.test(start);
}
