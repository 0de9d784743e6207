/** A file of suppressions: `{ "suppressions": [ … ] }`, as docs/suppressions.md describes it. */
import { closeSync, openSync, readSync } from 'node:fs';
import { checkSuppressions } from '../detect/suppression.js';
import type { Suppression } from '../detect/suppression.js';
import { shown } from '../trace/jsonl-guards.js';
import { InputError, inputError } from './input-error.js';

/** Bytes of a file, at most: some ten thousand rules. A device that never ends is refused after as many. */
const MOST = 1_048_576;

/** @throws InputError with the file, the rule and the value that is wrong */
export function readSuppressions(path: string): Suppression[] {
  try {
    return rulesOf(parsed(textOf(path)));
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(`${path}: ${error.message}`);
    throw inputError(path, error);
  }
}

function textOf(path: string): string {
  const bytes = new Uint8Array(MOST + 1);
  const file = openSync(path, 'r');
  let size = 0;
  try {
    for (let read = 1; read > 0 && size <= MOST; size += read) read = readSync(file, bytes, size, bytes.length - size, null);
  } finally {
    closeSync(file);
  }
  if (size > MOST) throw new TypeError(`is longer than ${MOST} bytes; suppressions are rules for people to read`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, size));
  } catch {
    throw new TypeError('is no UTF-8 text');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`is no JSON: ${(error as SyntaxError).message}`, { cause: error });
  }
}

function rulesOf(value: unknown): Suppression[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`expected {"suppressions":[…]}, got ${shown(value)}`);
  const { suppressions, ...rest } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new TypeError(`expected suppressions and nothing else, got ${shown(unknown)}`);
  return checkSuppressions(suppressions, 'suppressions');
}
