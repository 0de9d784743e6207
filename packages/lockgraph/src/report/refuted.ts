/** The patterns that were looked at and cannot become deadlocks: how many, and in a verbose report why. */
import type { Analysis, RefutationReason, RefutedPattern } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { counted, indent, wrapParts, wrapWords } from './layout.js';
import type { View } from './view.js';

const reasons: Readonly<Record<RefutationReason, string>> = {
  'same-thread': 'one thread makes the whole cycle',
  'never-together': 'a thread would have to wait at two places at once',
  'gate-lock': 'two of the threads hold a common lock, which keeps one of them out',
  ordered: 'fork, join, a semaphore or a barrier keeps two of the requests apart',
  'try-lock': 'one of the requests does not wait',
  readers: 'one of the requests shares the lock with its holder',
  unreachable: 'no order of the recorded events comes there',
};

export function refutedSection(analysis: Analysis, view: View): string[] {
  const counts = Object.entries(analysis.refuted).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const head = `${counted(total, 'pattern')} looked at and refuted`;
  if (!view.verbose) return [`${head} (--verbose says why).`];
  const lines = [`${head}:`];
  for (const [reason, count] of counts) {
    const words = Object.hasOwn(reasons, reason) ? `: ${reasons[reason as RefutationReason]}` : '';
    lines.push(...hanging(wrapWords(`${escapeName(reason)} (${count})${words}`, view.width - 4), 2));
    const patterns = analysis.refutedPatterns.filter((pattern) => pattern.reason === reason);
    for (const pattern of patterns) lines.push(...hanging(wrapParts(clauses(pattern), ', ', view.width - 6), 4));
    if (patterns.length > 0 && count > patterns.length) lines.push(view.style.quiet(`    … and ${count - patterns.length} more`));
  }
  return lines;
}

function hanging(lines: readonly string[], by: number): string[] {
  return [...indent(lines.slice(0, 1), by), ...indent(lines.slice(1), by + 2)];
}

/** Whether the entry before waits for the end of this one's thread, which it "holds" itself. */
function isJoined({ thread, holds }: { readonly thread: string; readonly holds: string }): boolean {
  return thread === holds;
}

/** `T1 holds A and wants B`, `T2 holds B and wants A`, `both hold G`. */
function clauses({ reason, cycle, by }: RefutedPattern): string[] {
  const parts = cycle.map(({ thread, holds, wants }, i) => {
    const next = cycle[(i + 1) % cycle.length]!;
    const after = isJoined(next) && next.thread === wants ? `waits for ${escapeName(wants)} to end` : `wants ${escapeName(wants)}`;
    return `${escapeName(thread)} ${isJoined({ thread, holds }) ? '' : `holds ${escapeName(holds)} and `}${after}`;
  });
  if (by === undefined) return parts;
  const lock = escapeName(by);
  if (reason === 'gate-lock') parts.push(cycle.length === 2 ? `both hold ${lock}` : `two of them hold ${lock}`);
  else if (reason === 'try-lock') parts.push(`${lock} is only tried`);
  else if (reason === 'readers') parts.push(`${lock} is only shared`);
  return parts;
}
