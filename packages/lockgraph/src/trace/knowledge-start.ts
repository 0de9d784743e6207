/** Whether a file begins as knowledge of the order of lock classes, which `lockgraph merge` writes. It is no trace: it has no events. */

/** @param start of the file, as far as it was looked at */
export function beginsAsKnowledge(start: string): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{\s*"lockgraph"\s*:\s*"knowledge"/.test(start);
}
