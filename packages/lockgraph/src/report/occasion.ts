/** The event that a misuse, a broken rank or a note was first seen at. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { findingKindOf } from '../detect/note-kind.js';

/** The entry of its history that a finding reports, which is the last such one; undefined for threads that stand still, or could. */
export function occasion(finding: Finding): HistoryEntry | undefined {
  return finding.history.findLast((entry) => entry.misuse === finding.kind || (entry.note !== undefined && findingKindOf(entry.note.kind) === finding.kind));
}

/** Whether that event is part of a history that is told in full. */
export function isShown(finding: Finding, told: ReadonlySet<Finding>): boolean {
  const own = occasion(finding);
  if (own === undefined) return false;
  for (const { history } of told) if (history.some((entry) => entry.event === own.event || sameNote(entry, own))) return true;
  return false;
}

/** The note of a blamed call is told with the beginning of that call. */
function sameNote(one: HistoryEntry, other: HistoryEntry): boolean {
  return one.note !== undefined && one.note.kind === other.note?.kind && one.operationNumber !== undefined && one.operationNumber === other.operationNumber;
}
