/** How a trace ends before its end, in a sentence or two. */
import type { TraceCut } from '../detect/finding.js';
import { counted } from './layout.js';

/** @param events that were read */
export function cutSentence({ cause, unreadBytes, unreadFrom }: TraceCut, events: number): string {
  if (cause === 'damage') {
    const rest = `the rest of it, ${counted(unreadBytes, 'byte')}, ${events === 0 ? 'was' : `after ${counted(events, 'event')}, was`} not read`;
    return `The trace is damaged at byte ${unreadFrom}: ${rest}. What happened then is not known; copy it again, or record the run anew.`;
  }
  const unread = unreadBytes === 0 ? '' : ` Its last ${counted(unreadBytes, 'byte')}, half a line or block, ${unreadBytes === 1 ? 'was' : 'were'} not read.`;
  const [what, remedy] = sentences[cause];
  return `${what}.${unread} ${remedy}.`;
}

const sentences: Readonly<Record<Exclude<TraceCut['cause'], 'damage'>, readonly [string, string]>> = {
  end: ['The trace is cut off before its end', 'What happened after that is not known'],
  gzip: ['The gzip data of the trace ends too early, and so was never checked', 'What happened after that is not known; copy it again, or let what writes it come to its end'],
};
