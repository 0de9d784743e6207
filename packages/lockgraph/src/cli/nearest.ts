/** What somebody meant who mistyped a word. */

/** Edits that still count as a slip. */
const MOST = 2;

/** The word that `text` is at most two edits away from, the nearest; undefined if there is none. Cost: O(length²) a word. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  if (text.length > 40) return undefined;
  let best: string | undefined;
  let least = MOST + 1;
  for (const word of words) {
    const edits = distance(text, word);
    if (edits < least && edits < word.length) {
      best = word;
      least = edits;
    }
  }
  return best;
}

/** Edit distance (Wagner and Fischer 1974), one row at a time. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[other.length]!;
}
