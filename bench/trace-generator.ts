/** Writes a trace in STD form, as long as asked for, of which all findings are known. About two million events a second; the same trace each time. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { RandomNumbers } from '../test/lockgraph/detect/predict/random-numbers.js';
import { isRepeatable, kinds, type Planted, plantedAlike, plantedLines } from './planted-patterns.js';
import { Noise, type NoiseOptions } from './trace-noise.js';

export interface TraceOptions extends NoiseOptions {
  /** Without those that start and end the threads. */
  readonly events: number;
  readonly planted: Planted;
  /** How often each pattern is there, where it may be more than once. */
  readonly instances: number;
  readonly seed: number;
}

const defaults: Omit<TraceOptions, 'events'> = {
  threads: 16,
  locks: 200,
  depth: 3,
  sections: 200,
  variables: 1_000,
  reads: 45,
  writes: 10,
  shared: 25,
  planted: plantedAlike(8),
  instances: 3,
  seed: 1,
};

export type TraceShape = Partial<TraceOptions> & Pick<TraceOptions, 'events'>;

/** Longest run of events of one thread. */
const BURST = 32;
/** Lines are written by so many. */
const BATCH = 1_024;

/** @returns what is planted in it, which is all that there is to find */
export function writeStdTrace(path: string, shape: TraceShape): Planted {
  const options = { ...defaults, ...shape };
  const random = new RandomNumbers(options.seed);
  const noise = new Noise(options, random);
  const plants = plantsOf(options);
  const every = Math.floor(options.events / (plants.length + 1));
  const out = new LineFile(path);
  for (let child = 1; child < options.threads; child++) out.write(`T0|fork(T${child})|1\n`);
  let [thread, burst, planted] = [0, 0, 0];
  for (let events = 0; events < options.events; ) {
    if (events >= (planted + 1) * every && planted < plants.length) plant(out, noise, plants[planted++]!);
    const line = burst-- > 0 ? noise.next(thread) : undefined;
    if (line === undefined) {
      thread = random.below(options.threads);
      burst = random.below(BURST);
    } else {
      out.write(line);
      events++;
    }
  }
  for (let each = 0; each < options.threads; each++) out.writeAll(noise.drain(each));
  for (let child = 1; child < options.threads; child++) out.write(`T0|join(T${child})|1\n`);
  out.close();
  return options.planted;
}

interface Plant {
  readonly threads: readonly [number, number, number];
  readonly lines: readonly string[];
}

/** In turn one instance of each. */
function plantsOf({ planted, threads, instances }: TraceOptions): Plant[] {
  return Array.from({ length: instances }, (_, instance) =>
    kinds.flatMap((kind) => {
      if (instance > 0 && !isRepeatable(kind)) return [];
      return Array.from({ length: planted[kind] }, (__, index): Plant => {
        const of = [0, 1, 2].map((offset) => (3 * index + offset) % threads) as [number, number, number];
        return { threads: of, lines: plantedLines(kind, `${kind}${index}`, of.map((thread) => `T${thread}`) as [string, string, string]) };
      });
    }),
  ).flat();
}

function plant(out: LineFile, noise: Noise, { threads, lines }: Plant): void {
  for (const thread of threads) out.writeAll(noise.drain(thread));
  out.writeAll(lines);
}

/** A file that is written in batches of lines. */
class LineFile {
  readonly #file: number;
  #lines: string[] = [];

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write(line: string): void {
    if (this.#lines.push(line) === BATCH) this.#flush();
  }

  writeAll(lines: readonly string[]): void {
    for (const line of lines) this.write(line);
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#lines.join(''), null, 'latin1');
    this.#lines = [];
  }
}
