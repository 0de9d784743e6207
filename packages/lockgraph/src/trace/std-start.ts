/** Whether a file begins as a trace in STD. */

/**
 * A line with a word of STD and its bracket in the second field; or three fields with any word and bracket there, for it may be one that STD does
 * not have, and then the reader says so.
 */
const LINE = /^[^|\r\n]*\|(?:(?:acq|rel|r|w|fork|join|req)\(|(?:begin|end|branch|dummy)\b|\w+\([^|\r\n]*\)\|)/m;

/** @param start of the file, as far as it was looked at. One line is enough: those before it may be damaged. */
export function beginsAsStd(start: string): boolean {
  return LINE.test(start);
}
