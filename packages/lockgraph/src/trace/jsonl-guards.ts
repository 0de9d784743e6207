/** Checks of parsed JSON by hand. A failure says what was expected and what there was; the reader knows the line. */
import type { Note, NoteValue } from './event.js';
import { LOCK_MODES } from './lock-modes.js';
import type { LockInfo, LockKind, UnlockPolicy } from './registry.js';

/** The line says something that it must not. The message is the reason, without file and line. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

const MOST_INT32 = 2 ** 31 - 1;
const LOCK_KINDS: readonly string[] = Object.keys(LOCK_MODES);
const UNLOCK_POLICIES: readonly string[] = ['throw', 'pthread'] satisfies UnlockPolicy[];

/** @throws LineError */
export function fail(what: string, expected: string, got: unknown): never {
  throw new LineError(`${what}: expected ${expected}, got ${shown(got)}`);
}

/**
 * A value as one short line of JSON. What has an effect on a terminal is in it as it is, for whoever prints a name escapes it, and an escape
 * that is escaped again cannot be read.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === Infinity || value === -Infinity) return 'a number that is too large';
  const json = asJson(value).replace(/\\(?:u([0-9a-f]{4})|.)/g, (escape, code?: string) =>
    code === undefined ? escape : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Brackets in brackets, too deep for the stack.
    return 'deeply nested brackets';
  }
}

/** @throws LineError if it is no JSON */
export function jsonLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new LineError(`expected a line of JSON, got ${line.trim() === '' ? 'an empty line' : shown(line)}`);
  }
}

export function text(value: unknown, what: string): string {
  return typeof value === 'string' ? value : fail(what, 'a string', value);
}

/** An integer from `least` to 2^31 - 1, or to `most`. */
export function integer(value: unknown, what: string, least: number, most = MOST_INT32): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  return fail(what, `an integer from ${least} to ${most}`, value);
}

/** A number. Those that JSON cannot say are there by name, or as null. */
export function numeric(value: unknown, what: string): number {
  if (value === null || value === 'NaN') return NaN;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  return typeof value === 'number' ? value : fail(what, 'a number', value);
}

export function list(value: unknown, what: string): unknown[] {
  return Array.isArray(value) ? value : fail(what, 'an array', value);
}

export function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return fail(what, 'an object', value);
}

/** @throws LineError if there are fewer fields, or more */
export function fieldCount(fields: readonly unknown[], least: number, most: number, form: string): void {
  if (fields.length >= least && fields.length <= most) return;
  throw new LineError(`expected ${form}, got ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`);
}

export function noteData(value: unknown): Note['data'] {
  const data = record(value, 'data of the note');
  for (const key of Object.keys(data)) {
    const entry = data[key];
    if (entry === null) Object.defineProperty(data, key, { value: NaN });
    else if (typeof entry !== 'string' && typeof entry !== 'number' && typeof entry !== 'boolean') {
      fail(`${shown(key)} in the data of the note`, 'a string, a number, true or false', entry);
    }
  }
  return data as Record<string, NoteValue>;
}

export function lockProperties(value: unknown): Partial<LockInfo> {
  if (value === undefined) return {};
  const properties = record(value, 'properties of the lock');
  const info: { -readonly [K in keyof LockInfo]?: LockInfo[K] } = {};
  for (const key of Object.keys(properties)) {
    const entry = properties[key];
    switch (key) {
      case 'kind':
        info.kind = oneOf(entry, 'kind of the lock', LOCK_KINDS) as LockKind;
        break;
      case 'class':
        info.class = text(entry, 'class of the lock');
        break;
      case 'rank':
        info.rank = finite(entry, 'rank of the lock');
        break;
      case 'key':
        info.key = finite(entry, 'key of the lock');
        break;
      case 'recursive':
        info.recursive = typeof entry === 'boolean' ? entry : fail('recursive of the lock', 'true or false', entry);
        break;
      case 'unlock':
        info.unlock = oneOf(entry, 'unlock of the lock', UNLOCK_POLICIES) as UnlockPolicy;
        break;
      case 'permits':
        info.permits = integer(entry, 'permits of the lock', 0);
        break;
      case 'parties':
        info.parties = integer(entry, 'parties of the lock', 1);
        break;
      default:
        fail('properties of the lock', 'kind, class, rank, key, recursive, unlock, permits or parties', key);
    }
  }
  return info;
}

function finite(value: unknown, what: string): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fail(what, 'a finite number', value);
}

function oneOf(value: unknown, what: string, choices: readonly string[]): string {
  return typeof value === 'string' && choices.includes(value) ? value : fail(what, `one of ${choices.join(', ')}`, value);
}
