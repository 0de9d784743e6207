/** Names come from traces and programs and are hostile: what would act on a terminal, or deceive a reader, is shown as an escape. */

/** Longest name that is shown whole, in characters. */
const LONGEST = 80;

/**
 * Controls (terminal escapes among them), formats (bidi, zero-width, tags), line and paragraph separators, lone surrogates, private and
 * unassigned characters, blanks that are not the space, letters that show nothing, and a backslash that would read as one of our escapes.
 */
const UNSAFE = /\\(?=u(?:[0-9a-f]{4}|\{))|[\p{C}\p{Zl}\p{Zp}\u034f\u115f\u1160\u2800\u3164\uffa0]|(?! )\p{Zs}/gu;

/**
 * A name as it may be printed: one line, without effect on a terminal, at most 80 characters before escaping (of a longer one: its head,
 * `…`, its tail). One that is empty, or begins or ends with a blank, is in quotes. Cost: does not grow with what is beyond.
 */
export function escapeName(name: string): string {
  const shown = escapeLong(name, LONGEST);
  return BLANK.test(shown) ? `"${shown}"` : shown;
}

/** Names that show nothing, or of which blanks at an end would not show. */
const BLANK = /^ | $|^$/u;

/** As {@link escapeName}, of at most `longest` characters. */
export function escapeLong(name: string, longest: number): string {
  if (name.length <= longest) return escapeText(name);
  return `${escapeText(name.slice(0, longest * 0.6))}…${escapeText(name.slice(-longest * 0.3))}`;
}

/** Escapes as {@link escapeName} does, and shortens nothing. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0)!;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
