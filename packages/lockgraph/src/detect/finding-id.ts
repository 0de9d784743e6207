/** Ids of findings: equal on every run of the same program, so made of names and never of event numbers. */

const SEPARATOR = '\u001f';

/** The kind and a hash of its parts, as `self-deadlock-1f0c3a9e`. Parts are strings of any content. Cost: linear in their length. */
export function findingId(kind: string, parts: readonly string[]): string {
  return `${kind}-${fnv1a(parts.join(SEPARATOR)).toString(16).padStart(8, '0')}`;
}

/** FNV-1a over UTF-16 code units, 32 bits (Fowler, Noll, Vo). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
