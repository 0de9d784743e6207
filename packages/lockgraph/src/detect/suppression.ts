/** A rule that keeps findings out of a report. docs/suppressions.md describes it. */
import { shown } from '../trace/jsonl-guards.js';

/** Two locks, or a site, and why what they are found to do is no bug. In names and sites, `*` stands for any characters. */
export type Suppression = LockPair | Site;

interface LockPair {
  /** Names of locks or classes, in any order. */
  readonly locks: readonly [string, string];
  readonly site?: never;
  /** Why this is no bug, for whoever reads the rule later. Not empty. */
  readonly reason: string;
}

interface Site {
  readonly locks?: never;
  /** A place in the source, as `src/bank.ts:14:*`, or a call of a stack, as `flush(*)`. */
  readonly site: string;
  readonly reason: string;
}

/**
 * Rules from outside: a program without types, or a file.
 * @param what name of the list, for errors
 * @throws TypeError as `suppressions[2].reason: expected …, got …`
 */
export function checkSuppressions(list: unknown, what: string): Suppression[] {
  if (!Array.isArray(list)) fail(what, 'an array', list);
  return list.map((rule: unknown, i) => checked(rule, `${what}[${i}]`));
}

function checked(rule: unknown, where: string): Suppression {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) fail(where, 'an object', rule);
  const { locks, site, reason, ...rest } = rule as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) fail(where, 'locks or site, and reason', unknown);
  if (typeof reason !== 'string' || reason.trim() === '') fail(`${where}.reason`, 'a text that says why this is no bug', reason);
  if (locks !== undefined && site !== undefined) throw new TypeError(`${where}: has locks and a site; make two rules of it`);
  if (site !== undefined) {
    if (typeof site !== 'string' || site === '') fail(`${where}.site`, 'a place in the source, as "src/bank.ts:14:*", or a call of a stack', site);
    return { site, reason };
  }
  if (!isPair(locks)) fail(`${where}.locks`, 'the names of two locks or classes, in an array', locks);
  return { locks, reason };
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((name) => typeof name === 'string');
}

function fail(what: string, expected: string, got: unknown): never {
  throw new TypeError(`${what}: expected ${expected}, got ${shown(got)}`);
}
