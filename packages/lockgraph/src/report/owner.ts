/** Who has a lock at the end of a finding's history. */
import type { Finding } from '../detect/finding.js';

/** The thread that took `lock` last and did not give it back, as far as the finding tells. */
export function holderOf(finding: Finding, lock: string | undefined): string | undefined {
  if (lock === undefined) return undefined;
  const owner = finding.cycle.find((waiter) => waiter.holds === lock);
  if (owner !== undefined) return owner.thread;
  let holder: string | undefined;
  for (const entry of finding.history) {
    if (entry.lock !== lock) continue;
    if (entry.what === 'acquire') holder = entry.thread;
    else if (entry.what === 'release' && entry.misuse !== 'unlock-foreign') holder = undefined;
  }
  if (holder !== undefined || finding.kind === 'hang') return holder;
  const waiting = new Set(finding.cycle.map((waiter) => waiter.thread));
  return finding.threads.find((thread) => !waiting.has(thread));
}
