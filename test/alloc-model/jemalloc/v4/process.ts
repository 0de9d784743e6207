/** A simulated process with jemalloc 4.5.0 in it, for tests. */
import { createJemalloc450 } from '../../../../packages/alloc-model/src/jemalloc/v4/jemalloc.js';
import type { Jemalloc450 } from '../../../../packages/alloc-model/src/jemalloc/v4/jemalloc.js';
import type { JemallocOptions } from '../../../../packages/alloc-model/src/jemalloc/options.js';
import { JemallocProcess, runnerOf } from '../process.js';

export class TestProcess extends JemallocProcess<Jemalloc450> {
  constructor(options: JemallocOptions = {}) {
    super((monitor) => createJemalloc450(monitor, options));
  }
}

/** Runs a driver in a new process, to its end. */
export const inProcess = runnerOf(TestProcess);
