/** The findings of a run, each once. A key says what makes two the same within the run; cost: a probe of a map. */
import type { Finding } from './finding.js';

type Counted = { -readonly [Key in keyof Finding]: Finding[Key] };

export class Findings {
  readonly #list: Counted[] = [];
  readonly #byKey = new Map<string, number>();

  /** In the order of detection. Grows; counts rise; see {@link replace}. */
  get list(): readonly Finding[] {
    return this.#list;
  }

  /** Whether it is known; if so, it was now seen once more. */
  seenAgain(key: string): boolean {
    const index = this.#byKey.get(key);
    if (index === undefined) return false;
    this.#list[index]!.count++;
    return true;
  }

  add(key: string, finding: Finding): void {
    this.#byKey.set(key, this.#list.length);
    this.#list.push({ ...finding });
  }

  /** Tells a known finding anew, with its count. */
  replace(key: string, finding: Finding): void {
    const index = this.#byKey.get(key);
    if (index !== undefined) this.#list[index] = { ...finding, count: this.#list[index]!.count };
  }
}
