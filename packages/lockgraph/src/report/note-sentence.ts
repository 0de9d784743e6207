/** What a simulation's note says: in its own words, the template that its kind was declared with, filled from its data; or kind and data as they are. */
import type { HistoryNote } from '../detect/finding.js';
import { escapeLong, escapeName, escapeText } from './escape.js';

/** Longest value that is shown whole: it may be a part of the sentence. */
const LONGEST = 200;

/** `{name}` in a template. */
const SLOT = /\{([^{}]*)\}/g;

/** The sentence of a note. Where it has no words of its own: its kind and its data, as `queue/full: size 3, most 3`. */
export function noteSentence(note: HistoryNote): string {
  const own = ownWords(note);
  if (own !== undefined) return own;
  const data = Object.entries(note.data).map(([name, value]) => `${escapeName(name)} ${escapeName(String(value))}`);
  return `${escapeName(note.kind)}${data.length === 0 ? '' : `: ${data.join(', ')}`}`;
}

/** What its template says; undefined without one, or if it comes to nothing. A slot without data stays as it is. */
export function ownWords(note: HistoryNote): string | undefined {
  const filled = note.template === undefined ? '' : fill(note.template, note);
  return filled.trim() === '' ? undefined : filled;
}

function fill(template: string, note: HistoryNote): string {
  let sentence = '';
  let from = 0;
  for (const slot of template.matchAll(SLOT)) {
    const name = slot[1]!;
    sentence += escapeText(template.slice(from, slot.index));
    sentence += Object.hasOwn(note.data, name) ? escapeLong(String(note.data[name]), LONGEST) : escapeText(slot[0]);
    from = slot.index + slot[0].length;
  }
  return sentence + escapeText(template.slice(from));
}
