/** The traces whose predictable deadlocks are known: `test/fixtures/predict`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { signature } from './patterns.js';

const folder = fileURLToPath(new URL('../../../fixtures/predict/', import.meta.url));

type Lines = readonly number[];
type AbstractPattern = readonly (readonly [thread: string, lock: string, held: readonly string[]])[];

/** What is known of a trace; `README.md` beside the traces says what each means. */
export interface Expected {
  readonly class: string;
  readonly patterns: readonly Lines[];
  readonly patternsAfterForkJoin: readonly Lines[];
  readonly syncPreserving: readonly Lines[];
  readonly predictable: readonly Lines[];
  readonly abstractSyncPreserving: readonly AbstractPattern[];
  readonly abstractPredictable: readonly AbstractPattern[];
  readonly general: readonly Lines[];
  readonly spWitness: Readonly<Record<string, Lines>>;
  readonly witness: Readonly<Record<string, Lines>>;
}

export interface KnownTrace {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly expected: Expected;
}

export function knownTraces(): KnownTrace[] {
  const all = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, Expected>;
  return Object.entries(all).map(([name, expected]) => {
    const path = `${folder}${name}.std`;
    return { name, path, text: readFileSync(path, 'utf8'), expected };
  });
}

/** An abstract pattern by the signatures of its acquires, in whatever order they come. */
export function abstractKey(pattern: AbstractPattern): string {
  return pattern.map(([thread, lock, held]) => signature(thread, lock, held)).toSorted().join(' + ');
}
