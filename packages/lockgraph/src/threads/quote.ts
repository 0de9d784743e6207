/**
 * Names as schedules and error messages have them: as they are where that is readable and safe, else as a JSON string in ASCII.
 * A name can hold anything, terminal escapes and line breaks too.
 */
const PLAIN = /^[\w.:/#@+()[\]-]+$/;
const UNSAFE = /[^\x20-\x7e]/g;

/** `t1`, or `"a \"b\""`; {@link unquoteName} reads both back. */
export function quoteName(name: string): string {
  return PLAIN.test(name) ? name : inQuotes(name);
}

/** Always in quotes, for sentences. */
export function inQuotes(name: string): string {
  return JSON.stringify(name).replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** @throws SyntaxError if it begins with a quote and is not a JSON string */
export function unquoteName(text: string): string {
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
