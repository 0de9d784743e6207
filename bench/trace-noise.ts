/** What threads of a generated trace do while nothing is planted: nested critical sections whose locks all threads take in one order, and accesses of variables. */
import type { RandomNumbers } from '../test/lockgraph/detect/predict/random-numbers.js';

export interface NoiseOptions {
  readonly threads: number;
  readonly locks: number;
  /** Most locks that a thread holds. */
  readonly depth: number;
  /** How many critical sections the program of each thread has: each has its own locks, nested in its own way. */
  readonly sections: number;
  readonly variables: number;
  /** Percentages of the events; the others take and release locks. */
  readonly reads: number;
  readonly writes: number;
  /** Of the accesses, the percentage that go to variables which all threads share. */
  readonly shared: number;
}

interface NoisyThread {
  /** Lines that take the locks of each section, then release them; the numbers of those locks. */
  readonly sections: readonly { readonly lines: readonly string[]; readonly locks: readonly number[] }[];
  /** Lines by variable: of its own, and of all. */
  readonly reads: readonly [own: readonly string[], shared: readonly string[]];
  readonly writes: readonly [own: readonly string[], shared: readonly string[]];
  section: number;
  /** The next line of its section. */
  at: number;
  /** For the lock that this line takes. */
  waits: boolean;
}

/** All lines are made once: an event is then a look-up. */
export class Noise {
  readonly #random: RandomNumbers;
  readonly #options: NoiseOptions;
  readonly #threads: readonly NoisyThread[];
  /** Of each lock, whether a thread holds it. */
  readonly #held: Uint8Array;

  constructor(options: NoiseOptions, random: RandomNumbers) {
    this.#options = options;
    this.#random = random;
    this.#held = new Uint8Array(options.locks);
    this.#threads = Array.from({ length: options.threads }, (_, thread) => this.#thread(thread));
  }

  /** A line of what a thread does next; undefined: it waits for a lock. Some thread never does, for all take their locks in one order. */
  next(index: number): string | undefined {
    const { reads, writes, shared } = this.#options;
    const thread = this.#threads[index]!;
    const what = thread.waits ? 100 : this.#random.below(100);
    if (what >= reads + writes) return this.#sectionLine(thread);
    return this.#random.pick((what < reads ? thread.reads : thread.writes)[this.#random.chance(shared) ? 1 : 0]);
  }

  /** Lines that release all that a thread holds. */
  drain(index: number): readonly string[] {
    const thread = this.#threads[index]!;
    const { lines, locks } = thread.sections[thread.section]!;
    const taken = Math.min(thread.at, lines.length - thread.at);
    thread.at = 0;
    thread.waits = false;
    for (const lock of locks.slice(0, taken)) this.#held[lock] = 0;
    return lines.slice(lines.length - taken);
  }

  #sectionLine(thread: NoisyThread): string | undefined {
    if (thread.at === 0 && !thread.waits) thread.section = this.#random.below(thread.sections.length);
    const { lines, locks } = thread.sections[thread.section]!;
    const { at } = thread;
    const takes = at < locks.length;
    const lock = takes ? locks[at]! : locks[lines.length - 1 - at]!;
    thread.waits = takes && this.#held[lock] === 1;
    if (thread.waits) return undefined;
    this.#held[lock] = takes ? 1 : 0;
    thread.at = at + 1 === lines.length ? 0 : at + 1;
    return lines[at];
  }

  #thread(thread: number): NoisyThread {
    const { sections, variables, threads } = this.#options;
    const own = Array.from({ length: Math.ceil(variables / threads) }, (_, index) => `t${thread}.field${index}`);
    const all = Array.from({ length: variables }, (_, index) => `shared.field${index}`);
    const accesses = (op: string, names: readonly string[]): string[] => names.map((name, index) => `T${thread}|${op}(${name})|${10_000 + index}\n`);
    return {
      sections: Array.from({ length: sections }, (_, section) => this.#section(thread, section)),
      reads: [accesses('r', own), accesses('r', all)],
      writes: [accesses('w', own), accesses('w', all)],
      section: 0,
      at: 0,
      waits: false,
    };
  }

  #section(thread: number, section: number): { lines: string[]; locks: number[] } {
    const depth = 1 + this.#random.below(this.#options.depth);
    const drawn = new Set(Array.from({ length: depth }, () => this.#random.below(this.#options.locks)));
    const locks = [...drawn].toSorted((one, other) => one - other);
    const line = (op: string, lock: number, step: number): string => `T${thread}|${op}(L${lock})|${20_000 + 10 * section + step}\n`;
    const takes = locks.map((lock, step) => line('acq', lock, step));
    const releases = locks.map((lock, step) => line('rel', lock, step)).toReversed();
    return { lines: [...takes, ...releases], locks };
  }
}
