/** A simulated process with a jemalloc of some version in it, for tests: its lock events and notes as text. */
import type { EventSink, Note, SimulatedThread } from 'lockgraph';
import { EventKind, Monitor, Simulation } from 'lockgraph';
import type { Allocator } from '../../../packages/alloc-model/src/allocator.js';
import type { JemallocOptions } from '../../../packages/alloc-model/src/jemalloc/options.js';

export interface Noted {
  readonly operation: number;
  readonly note: Note;
  readonly stack: readonly string[];
}

export class JemallocProcess<Jemalloc extends Allocator> {
  readonly jemalloc: Jemalloc;
  readonly monitor = new Monitor();
  readonly notes: Noted[] = [];
  readonly #simulation: Simulation;
  readonly #threads = new Map<string, SimulatedThread>();
  #locks: string[] = [];

  constructor(create: (monitor: Monitor) => Jemalloc) {
    const { monitor } = this;
    const { registry } = monitor;
    const sink: EventSink = {
      event: (_event, kind, _thread, object) => {
        if (kind !== EventKind.acquire && kind !== EventKind.release) return;
        this.#locks.push(`${kind === EventKind.acquire ? 'L' : 'U'} ${registry.lock(object).name}`);
      },
      note: (_event, _thread, call, operation, note) => {
        this.notes.push({ operation, note, stack: registry.calls.stack(call) });
      },
      end: () => {},
    };
    monitor.addSink(sink);
    this.#simulation = new Simulation({ monitor, sites: false });
    this.jemalloc = create(monitor);
  }

  /** Runs the calls of `driver`. Returns whether it came to its end, or a thread waits for ever. */
  async run(driver: () => Promise<void>): Promise<'finished' | 'stopped'> {
    return (await this.#simulation.drive(driver)).outcome;
  }

  /** Lock events since the last time it was asked. */
  locks(): string[] {
    const locks = this.#locks;
    this.#locks = [];
    return locks;
  }

  async mallocx(size: number, flags = 0, thread = 't0'): Promise<number> {
    return this.#call(thread, (t) => this.jemalloc.mallocx(t, size, flags));
  }

  async rallocx(block: number, size: number, flags = 0, thread = 't0'): Promise<number> {
    return this.#call(thread, (t) => this.jemalloc.rallocx(t, block, size, flags));
  }

  async sdallocx(block: number, claimed: number, flags = 0, thread = 't0'): Promise<void> {
    return this.#call(thread, (t) => this.jemalloc.sdallocx(t, block, claimed, flags));
  }

  async dallocx(block: number, flags = 0, thread = 't0'): Promise<void> {
    return this.#call(thread, (t) => this.jemalloc.dallocx(t, block, flags));
  }

  async exit(thread: string): Promise<void> {
    await this.#call(thread, (t) => this.jemalloc.threadExit(t));
    this.#threads.get(thread)!.exit();
    this.#threads.delete(thread);
  }

  /** Blocks of one size. */
  async many(n: number, size: number, flags = 0, thread = 't0'): Promise<number[]> {
    const blocks: number[] = [];
    for (let i = 0; i < n; i++) blocks.push(await this.mallocx(size, flags, thread));
    return blocks;
  }

  async #call<T>(name: string, call: (thread: SimulatedThread) => T | Promise<T>): Promise<T> {
    let thread = this.#threads.get(name);
    if (thread === undefined) {
      thread = this.#simulation.thread(name);
      this.#threads.set(name, thread);
    }
    thread.begin(this.monitor.registry.operation('call'));
    const result = await call(thread);
    thread.end();
    return result;
  }
}

/** Makes a function that runs a driver in a new process of one version, to its end. */
export function runnerOf<Process extends JemallocProcess<Allocator>>(ProcessOfVersion: new (options: JemallocOptions) => Process) {
  return async (options: JemallocOptions, driver: (process: Process) => Promise<void>): Promise<Process> => {
    const process = new ProcessOfVersion(options);
    await process.run(() => driver(process));
    return process;
  };
}

/** MALLOCX_TCACHE_NONE. */
export const TCACHE_NONE = 0x100;

/** MALLOCX_LG_ALIGN(lg). */
export function lgAlign(lg: number): number {
  return lg;
}

/** MALLOCX_ARENA(ind). */
export function arena(ind: number): number {
  return (ind + 1) << 20;
}
