/** A simulated process with jemalloc 5.3.0 in it, for tests. */
import { createJemalloc530 } from '../../../../packages/alloc-model/src/jemalloc/v5/jemalloc.js';
import type { Jemalloc530 } from '../../../../packages/alloc-model/src/jemalloc/v5/jemalloc.js';
import type { JemallocOptions } from '../../../../packages/alloc-model/src/jemalloc/options.js';
import { JemallocProcess, runnerOf } from '../process.js';

export class TestProcess extends JemallocProcess<Jemalloc530> {
  constructor(options: JemallocOptions = {}) {
    super((monitor) => createJemalloc530(monitor, options));
  }
}

/** Runs a driver in a new process, to its end. */
export const inProcess = runnerOf(TestProcess);
