/** Names that STD can carry: it ends fields at `|` and operands at `)`, and has no blanks in operands. docs/trace-format.md describes the encoding. */

/** A `%`, a bar, brackets, blanks, control characters; and halves of a character, which UTF-8 does not have. */
const UNFIT = /[%|()\s\p{Cc}\p{Cs}]/gu;
const ENCODED = /%u([\dA-F]{4})|((?:%[\dA-F]{2})+)/g;
const EMPTY = '%';

/**
 * Any string as a name in STD. Percent-encoded as in a URL, but only where it must be; half a surrogate pair as `%uD800`; the empty string as `%`.
 * Different strings stay different, and {@link decodeStdName} gives them back.
 */
export function encodeStdName(name: string): string {
  return name === '' ? EMPTY : name.replace(UNFIT, encoded);
}

/** The string that was encoded so. What is no encoding stays as it is: in a foreign trace a `%` may mean itself. */
export function decodeStdName(name: string): string {
  if (name === EMPTY) return '';
  return name.replace(ENCODED, (text, half: string | undefined) =>
    half === undefined ? decoded(text) : String.fromCharCode(Number.parseInt(half, 16)),
  );
}

function encoded(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16).toUpperCase()}`;
  let text = '';
  for (const byte of Buffer.from(character)) text += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
