/** The kind of the finding that a note becomes: it must not pass for one of lockgraph's own, which have no `/` in their kinds. */
export function findingKindOf(noteKind: string): string {
  return noteKind.includes('/') ? noteKind : `note/${noteKind}`;
}
