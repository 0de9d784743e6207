/** `arena_bin_t`: the runs of one small class in one arena. Its lock protects them. */
import type { Mutex } from 'lockgraph';
import { compareRuns } from './page-map.js';
import type { Run } from './page-map.js';
import { RunHeap } from './run-heap.js';

export class Bin {
  readonly index: number;
  readonly lock: Mutex;
  /** The run that regions are taken from. */
  runcur: Run | undefined = undefined;
  /** The other runs that have both free and used regions. */
  readonly runs = new RunHeap();

  constructor(index: number, lock: Mutex) {
    this.index = index;
    this.lock = lock;
  }

  /** The address of a region; 0 if no run has a free one. */
  tryTake(): number {
    let run = this.runcur;
    if (run === undefined || run.nfree === 0) {
      run = this.runs.removeFirst();
      this.runcur = run;
      if (run === undefined) return 0;
    }
    return run.take();
  }

  /** `arena_bin_lower_run`: `run` has a free region again. The older of it and the current run becomes the current one. */
  lower(run: Run): void {
    const { runcur } = this;
    if (runcur === undefined || compareRuns(runcur, run) < 0) {
      this.runs.insert(run);
      return;
    }
    if (runcur.nfree > 0) this.runs.insert(runcur);
    this.runcur = run;
  }

  /** `arena_dissociate_bin_run`: `run` is empty, and will go. */
  dissociate(run: Run): void {
    if (run === this.runcur) this.runcur = undefined;
    // A run of a single region was never in the heap.
    else if (run.heapIndex >= 0) this.runs.remove(run);
  }
}
