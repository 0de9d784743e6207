/** Lines on a screen of fixed width: how wide a text is, padding, wrapping, numbers. Knows nothing of findings. */
import { stripVTControlCharacters } from 'node:util';

/** What East Asian terminals draw two columns wide; close enough to align a table. */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/gu;
const MARKS = /\p{M}/gu;

/** Columns that `text` takes, colours not counted. */
export function columns(text: string): number {
  const bare = stripVTControlCharacters(text).replace(MARKS, '');
  return [...bare].length + (bare.match(WIDE)?.length ?? 0);
}

/** Columns of the widest of any number of texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columns(text)), 0);
}

/** `text` with blanks behind it up to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** Fills lines of at most `width` columns with `parts`; a part that is wider has a line of its own. `glue` joins parts and ends a line that goes on. */
export function wrapParts(parts: readonly string[], glue: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line === '') line = part;
    else if (columns(line) + columns(glue) + columns(part) + columns(glue.trimEnd()) <= width) line += glue + part;
    else {
      lines.push(line + glue.trimEnd());
      line = part;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Breaks a sentence at its blanks. */
export function wrapWords(text: string, width: number): string[] {
  return wrapParts(
    text.split(' ').filter((word) => word !== ''),
    ' ',
    width,
  );
}

/** `text` with `aside` at the right edge, or on a line of its own where both do not fit. */
export function withAside(text: string, aside: string, width: number): string[] {
  if (aside === '') return [text];
  const gap = width - columns(text) - columns(aside);
  if (gap >= 2) return [text + ' '.repeat(gap) + aside];
  return [text, ' '.repeat(Math.max(2, width - columns(aside))) + aside];
}

export function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === '' ? line : ' '.repeat(by) + line));
}

const digits = new Intl.NumberFormat('en-US');

/** A count with its noun: `1 thread`, `1,643 events`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${digits.format(count)} ${count === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`; of more than `most`, the first ones and how many more. */
export function listed(items: readonly string[], most = 3): string {
  if (items.length > most) return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`;
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
