/** What STD seems to say of a run, and the trace that it was made of does not: whoever reads it may prove what cannot happen. */
import { counted, listed } from '../report/layout.js';
import type { TraceSummary } from '../trace/trace-summary.js';

/** What STD leaves out that keeps threads from going on, by the words of docs/trace-format.md. */
const ORDERING: ReadonlySet<string> = new Set(['shared', 'upgradable', 'semaphore', 'barrier', 'condition', 'init', 'destroy']);

/**
 * @param dropped how often something was left out, by what it was
 * @returns a sentence; undefined if STD says nothing that the trace does not
 */
export function stdClaims({ accessesRecorded, dropped: events }: TraceSummary, dropped: Readonly<Record<string, number>>): string | undefined {
  const unsaid: string[] = [];
  if (!accessesRecorded) unsaid.push('that accesses of memory are missing');
  if (events > 0) unsaid.push(`that ${counted(events, 'event')} ${events === 1 ? 'was' : 'were'} dropped`);
  const tried = dropped['try-acquire'] ?? 0;
  if (tried > 0) unsaid.push(`that ${counted(tried, 'acquire')} would not have waited (try-acquire)`);
  const ordering = Object.keys(dropped).filter((what) => ORDERING.has(what));
  if (ordering.length > 0) unsaid.push(`what else keeps threads apart (${ordering.join(', ')})`);
  if (unsaid.length === 0) return undefined;
  return `STD cannot say ${listed(unsaid, unsaid.length)}: what is proved from it may be impossible; let lockgraph report read the trace itself`;
}
