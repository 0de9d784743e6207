/** The findings of a run, each once. A key says what makes two the same within the run; cost: a probe of a map. */
import type { Finding, HistoryEntry } from './finding.js';

/** Place in the list of findings. */
export type FindingIndex = number;

type Counted = { -readonly [Key in keyof Finding]: Finding[Key] };

/** Names of threads in a finding, at most. */
const THREADS = 64;

export class Findings {
  readonly #list: Counted[] = [];
  readonly #byKey = new Map<string, FindingIndex>();

  /** In the order of detection. Grows; counts rise; see {@link replace}, {@link stands} and {@link broken}. */
  get list(): readonly Finding[] {
    return this.#list;
  }

  /** The finding, if it is known; then it was now seen once more. */
  seenAgain(key: string): FindingIndex | undefined {
    const index = this.#byKey.get(key);
    if (index !== undefined) this.#list[index]!.count++;
    return index;
  }

  add(key: string, finding: Finding): FindingIndex {
    const index = this.#list.push({ ...finding }) - 1;
    this.#byKey.set(key, index);
    return index;
  }

  /** A thread takes part, too. Only the first ones are named. */
  addThread(index: FindingIndex, thread: string): void {
    const finding = this.#list[index]!;
    if (finding.threads.length >= THREADS || finding.threads.includes(thread)) return;
    finding.threads = [...finding.threads, thread];
  }

  /** Tells a known finding anew, with its count. */
  replace(index: FindingIndex, finding: Finding): void {
    const { count } = this.#list[index]!;
    this.#list[index] = { ...finding, count };
  }

  /** What was found holds at present. */
  stands(index: FindingIndex): void {
    const finding = this.#list[index]!;
    finding.evidence = 'observed';
    delete finding.broken;
    delete finding.brokenBy;
  }

  /** What was found holds no longer, for what `by` is. */
  broken(index: FindingIndex, by: HistoryEntry): void {
    const finding = this.#list[index]!;
    finding.evidence = 'possible';
    finding.broken = true;
    finding.brokenBy = by;
  }
}
