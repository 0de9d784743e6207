/** How a trace ends before its end, in one sentence. */
import type { TraceCut } from '../detect/finding.js';
import { counted } from './layout.js';

export function cutSentence({ cause, unreadBytes }: TraceCut): string {
  const unread = unreadBytes === 0 ? '' : ` Its last ${counted(unreadBytes, 'byte')}, half a line or block, ${unreadBytes === 1 ? 'was' : 'were'} not read.`;
  const [what, remedy] = sentences[cause];
  return `${what}.${unread} ${remedy}.`;
}

const sentences: Readonly<Record<TraceCut['cause'], readonly [string, string]>> = {
  end: ['The trace is cut off before its end', 'What happened after that is not known'],
  gzip: ['The gzip data of the trace ends too early, and so was never checked', 'Nothing is proved from it; copy it again, or let what writes it come to its end'],
};
