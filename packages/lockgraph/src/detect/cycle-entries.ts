/** The events that a waiting thread of a finding rests on, as entries of a history. */
import type { HistoryEntry, Waiter } from './finding.js';

/** Its request. */
export function requestEntry({ thread, wants, mode, requestedAt }: Waiter): HistoryEntry {
  const request = { ...requestedAt, thread, what: 'request' };
  if (mode === 'join') return { ...request, other: wants };
  return mode === 'exclusive' ? { ...request, lock: wants } : { ...request, lock: wants, mode };
}

/** Its acquire of what it holds; undefined if it holds nothing that is waited for, or nobody knows where it took it. */
export function acquireEntry({ thread, holds, holdsMode, acquiredAt }: Waiter): HistoryEntry | undefined {
  if (acquiredAt === undefined || holds === undefined) return undefined;
  return { ...acquiredAt, thread, what: 'acquire', lock: holds, ...(holdsMode === undefined ? undefined : { mode: holdsMode }) };
}
