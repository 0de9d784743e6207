/** Runs with the oldest and lowest one first. A binary heap; each run knows its place. Cost: logarithmic in the number of runs. */
import { compareRuns } from './page-map.js';
import type { Run } from './page-map.js';

export class RunHeap {
  readonly #runs: Run[] = [];

  get size(): number {
    return this.#runs.length;
  }

  get first(): Run | undefined {
    return this.#runs[0];
  }

  [Symbol.iterator](): Iterator<Run> {
    return this.#runs[Symbol.iterator]();
  }

  /** Adds a run that is in no heap. */
  insert(run: Run): void {
    run.heapIndex = this.#runs.length;
    this.#runs.push(run);
    this.#up(run.heapIndex);
  }

  /** @throws Error if the run is not in this heap */
  remove(run: Run): void {
    const at = run.heapIndex;
    if (this.#runs[at] !== run) throw new Error(`the run at 0x${run.address.toString(16)} is not in the heap`);
    run.heapIndex = -1;
    const last = this.#runs.pop()!;
    if (last === run) return;
    this.#set(at, last);
    this.#up(at);
    this.#down(last.heapIndex);
  }

  removeFirst(): Run | undefined {
    const run = this.#runs[0];
    if (run !== undefined) this.remove(run);
    return run;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfLater(parent, at)) return;
      at = parent;
    }
  }

  #down(from: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#runs.length) return;
      if (child + 1 < this.#runs.length && compareRuns(this.#runs[child + 1]!, this.#runs[child]!) < 0) child++;
      if (!this.#swapIfLater(at, child)) return;
      at = child;
    }
  }

  #swapIfLater(above: number, below: number): boolean {
    const a = this.#runs[above]!;
    const b = this.#runs[below]!;
    if (compareRuns(a, b) <= 0) return false;
    this.#set(above, b);
    this.#set(below, a);
    return true;
  }

  #set(at: number, run: Run): void {
    this.#runs[at] = run;
    run.heapIndex = at;
  }
}
