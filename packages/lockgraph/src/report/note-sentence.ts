/** What a simulation's note says, in its own words: the template that its kind was declared with, filled from its data. */
import type { HistoryNote } from '../detect/finding.js';
import { escapeLong, escapeName, escapeText } from './escape.js';

/** Longest value that is shown whole: it may be a part of the sentence. */
const LONGEST = 200;

/** `{name}` in a template. */
const SLOT = /\{([^{}]*)\}/g;

/** The sentence of a note. Without a template: its data, entry by entry. A slot without data stays as it is. */
export function noteSentence(note: HistoryNote): string {
  if (note.template === undefined) {
    return Object.entries(note.data)
      .map(([name, value]) => `${escapeName(name)} ${escapeName(String(value))}`)
      .join(', ');
  }
  let sentence = '';
  let from = 0;
  for (const slot of note.template.matchAll(SLOT)) {
    const name = slot[1]!;
    sentence += escapeText(note.template.slice(from, slot.index));
    sentence += Object.hasOwn(note.data, name) ? escapeLong(String(note.data[name]), LONGEST) : escapeText(slot[0]);
    from = slot.index + slot[0].length;
  }
  return sentence + escapeText(note.template.slice(from));
}
