/** What is to be said of a trace that was not read as a whole. */
import type { TraceSummary } from '../trace/trace-summary.js';

/** @returns a sentence each; none if nothing is missing */
export function traceRemarks(trace: string, { cutOff, unreadBytes, skipped = 0 }: TraceSummary): string[] {
  const said: string[] = [];
  if (cutOff) said.push(`${trace} is cut off${unreadBytes === 0 ? '' : `: its last ${unreadBytes} bytes were not read`}`);
  if (skipped > 0) said.push(skipped === 1 ? `${trace} has 1 line that does not parse; it was left out` : `${trace} has ${skipped} lines that do not parse; they were left out`);
  return said;
}
