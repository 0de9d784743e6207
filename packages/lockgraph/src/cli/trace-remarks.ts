/** What is to be said of a trace that was not read as a whole, and what to do. */
import { counted } from '../report/layout.js';
import type { TraceSummary } from '../trace/trace-summary.js';

/** @returns a sentence each; none if nothing is missing */
export function traceRemarks(trace: string, summary: TraceSummary): string[] {
  const { cutOff, skipped = 0, unended = false } = summary;
  const said: string[] = [];
  if (cutOff) said.push(cutOffRemark(trace, summary));
  if (unended) said.push(`${trace} has no newline at its end: if what wrote it was stopped, events are missing`);
  if (skipped > 0) said.push(skipped === 1 ? `${trace} has 1 line that does not parse; it was left out` : `${trace} has ${skipped} lines that do not parse; they were left out`);
  return said;
}

function cutOffRemark(trace: string, { cause, events, dropped, unreadBytes, unreadFrom = 0 }: TraceSummary): string {
  if (cause === 'damage') {
    return `${trace} is damaged at byte ${unreadFrom}: only the ${counted(events - dropped, 'event')} before it were read, and the ${counted(unreadBytes, 'byte')} from there on were not; copy it again, or record the run anew`;
  }
  const unread = unreadBytes === 0 ? '' : unreadBytes === 1 ? 'its last byte was not read' : `its last ${unreadBytes} bytes were not read`;
  if (cause === 'gzip') {
    const more = unread === '' ? '' : ` (${unread})`;
    return `${trace} is cut off: its gzip data ends too early${more}, and was never checked; copy it again, or let what writes it come to its end`;
  }
  return `${trace} is cut off${unread === '' ? '' : `: ${unread}`}`;
}
