/**
 * Writes knowledge, equal knowledge as equal bytes. Names and calls are defined once, in rising order, and numbered as they are defined.
 * Cost: linear. Memory: the names, and a line.
 */
import { MOST_FILE, MOST_LINE, KNOWLEDGE_VERSION } from './format.js';
import { compareText } from './knowledge.js';
import type { ClassUse, Example, Knowledge, Nesting, Spot } from './knowledge.js';

/**
 * All of a file.
 * @throws RangeError if it would be longer than what is read
 */
export function knowledgeText(knowledge: Knowledge): string {
  const lines: string[] = [];
  let bytes = 0;
  const put = (value: unknown): void => {
    const line = `${JSON.stringify(value)}\n`;
    const length = Buffer.byteLength(line);
    bytes += length;
    if (length > MOST_LINE) throw new RangeError(`what is known needs a line of ${length} bytes, and ${MOST_LINE} is the most that is read`);
    if (bytes > MOST_FILE) throw new RangeError(`what is known needs more than ${MOST_FILE} bytes, the most that is read`);
    lines.push(line);
  };
  put({ lockgraph: 'knowledge', version: KNOWLEDGE_VERSION, ...(knowledge.complete ? {} : { complete: false }) });
  for (const row of rowsOf(knowledge)) put(row);
  put({ end: { rows: lines.length - 1 } });
  return lines.join('');
}

function* rowsOf(knowledge: Knowledge): Generator<readonly unknown[]> {
  const names = new Names(knowledge);
  yield* names.rows(new Set(knowledge.several));
  for (const nesting of knowledge.nestings) yield* names.nestingRows(nesting);
  for (const { threads, nestings } of knowledge.profiles) yield ['profile', threads.map((name) => names.thread(name)), nestings];
  for (const { nestings, apart } of knowledge.patterns) {
    yield apart === undefined ? ['pattern', nestings] : ['pattern', nestings, apart.map((threads) => threads.map((name) => names.thread(name)))];
  }
}

/** All names, by kind, and their numbers. */
class Names {
  readonly #classes: ReadonlyMap<string, number>;
  readonly #threads: ReadonlyMap<string, number>;
  readonly #traces: ReadonlyMap<string, number>;
  readonly #sites: ReadonlyMap<string, number>;
  readonly #calls: ReadonlyMap<string, number>;

  constructor({ several, nestings, profiles, patterns }: Knowledge) {
    const examples = nestings.flatMap((nesting) => nesting.examples);
    const spots = examples.flatMap(({ requestedAt, acquiredAt }) => [requestedAt, ...acquiredAt]);
    this.#classes = numbered([several, ...nestings.map(({ wants, held }) => [wants, ...held].map((use) => use.class))]);
    this.#threads = numbered([examples.map(({ thread }) => thread), ...profiles.map(({ threads }) => threads), ...patterns.flatMap(({ apart = [] }) => apart)]);
    this.#traces = numbered([examples.map(({ trace }) => trace)]);
    this.#sites = numbered([spots.flatMap(({ site }) => site ?? [])]);
    this.#calls = numbered(spots.map(({ stack = [] }) => stack));
  }

  *rows(several: ReadonlySet<string>): Generator<readonly unknown[]> {
    for (const name of this.#classes.keys()) yield several.has(name) ? ['class', name, 'several'] : ['class', name];
    for (const name of this.#threads.keys()) yield ['thread', name];
    for (const name of this.#traces.keys()) yield ['trace', name];
    for (const name of this.#sites.keys()) yield ['site', name];
    for (const name of this.#calls.keys()) yield ['call', name];
  }

  thread(name: string): number {
    return this.#threads.get(name)!;
  }

  *nestingRows({ wants, held, tried, examples }: Nesting): Generator<readonly unknown[]> {
    yield ['nesting', this.#use(wants), held.map((use) => this.#use(use)), ...(tried ? ['tried'] : [])];
    for (const example of examples) yield this.#exampleRow(example);
  }

  #exampleRow({ thread, trace, requestedAt, acquiredAt }: Example): readonly unknown[] {
    return ['example', this.thread(thread), this.#traces.get(trace), ...[requestedAt, ...acquiredAt].map((spot) => this.#spot(spot))];
  }

  #use({ class: name, mode }: ClassUse): unknown {
    const number = this.#classes.get(name)!;
    return mode === 'exclusive' ? number : [number, mode];
  }

  /** What is not known at the end is left out. */
  #spot({ event, line, site, stack }: Spot): readonly unknown[] {
    const fields = [event, line ?? null, site === undefined ? null : this.#sites.get(site)!, stack === undefined ? null : stack.map((name) => this.#calls.get(name)!)];
    return fields.slice(0, fields.findLastIndex((field) => field !== null) + 1);
  }
}

function numbered(names: readonly (readonly string[])[]): Map<string, number> {
  const all = new Set<string>();
  for (const list of names) for (const name of list) all.add(name);
  return new Map([...all].toSorted(compareText).map((name, number) => [name, number]));
}
