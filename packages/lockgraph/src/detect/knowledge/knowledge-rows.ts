/** The rows of a file of knowledge, each checked before it is believed. What a row speaks of was defined in a row before it. */
import { fail, fieldCount, integer, LineError, list, shown, text } from '../../trace/jsonl-guards.js';
import type { ClassUse, HoldMode, Knowledge, Spot } from './knowledge.js';
import type { Member } from './known-patterns.js';
import { KnowledgeMerge } from './merge.js';

const SHARING: readonly HoldMode[] = ['shared', 'upgradable'];
const ROWS = 'class, thread, trace, site, call, nesting, example, profile or pattern';

type Kind = 'class' | 'thread' | 'trace' | 'site' | 'call';

export class KnowledgeRows {
  readonly #merge = new KnowledgeMerge();
  readonly #names: Readonly<Record<Kind, string[]>> = { class: [], thread: [], trace: [], site: [], call: [] };
  readonly #known: Readonly<Record<Kind, Set<string>>> = { class: new Set(), thread: new Set(), trace: new Set(), site: new Set(), call: new Set() };
  /** Numbers in {@link #merge}, in the order of the file. */
  readonly #nestings: number[] = [];
  readonly #held: (readonly ClassUse[])[] = [];
  #examples = 0;

  incomplete(): void {
    this.#merge.addGap();
  }

  /** @throws LineError */
  take(row: readonly unknown[]): void {
    const [what] = row;
    if (what !== 'example') this.#checkExamples();
    switch (what) {
      case 'class':
      case 'thread':
      case 'trace':
      case 'site':
      case 'call':
        this.#define(what, row);
        break;
      case 'nesting':
        this.#nesting(row);
        break;
      case 'example':
        this.#example(row);
        break;
      case 'profile':
        this.#profile(row);
        break;
      case 'pattern':
        this.#pattern(row);
        break;
      default:
        fail('row', ROWS, what);
    }
  }

  /** @throws LineError if something is missing at the end */
  knowledge(): Knowledge {
    this.#checkExamples();
    return this.#merge.knowledge();
  }

  #define(kind: Kind, row: readonly unknown[]): void {
    fieldCount(row, 2, kind === 'class' ? 3 : 2, kind === 'class' ? '["class",name] or ["class",name,"several"]' : `["${kind}",name]`);
    const name = text(row[1], `name of the ${kind}`);
    if (this.#known[kind].has(name)) throw new LineError(`the ${kind} ${shown(name)} is defined twice`);
    this.#known[kind].add(name);
    this.#names[kind].push(name);
    if (row.length < 3) return;
    if (row[2] !== 'several') fail('third field', '"several", or nothing', row[2]);
    this.#merge.addSeveral(name);
  }

  #nesting(row: readonly unknown[]): void {
    fieldCount(row, 3, 4, '["nesting",wants,[held,…]] or ["nesting",wants,[held,…],"tried"]');
    if (row.length > 3 && row[3] !== 'tried') fail('fourth field', '"tried", or nothing', row[3]);
    const wants = this.#use(row[1]);
    const held = list(row[2], 'held classes').map((use) => this.#use(use));
    if (held.length === 0) throw new LineError('the held classes: expected at least one');
    for (const [i, use] of held.entries()) {
      if (use.class === wants.class) throw new LineError(`the class ${shown(use.class)} is both wanted and held`);
      if (i > 0 && !(held[i - 1]!.class < use.class)) throw new LineError(`the held classes: ${shown(use.class)} must not come after ${shown(held[i - 1]!.class)}`);
    }
    this.#nestings.push(this.#merge.nesting({ wants, held, tried: row.length > 3 }));
    this.#held.push(held);
    this.#examples = 0;
  }

  #example(row: readonly unknown[]): void {
    const held = this.#held.at(-1);
    if (held === undefined) throw new LineError('an example must come after its nesting');
    const length = held.length + 4;
    fieldCount(row, length, length, `["example",thread,trace,requestedAt,acquiredAt,…] with ${held.length} of the last, one for each held class`);
    const [requestedAt, ...acquiredAt] = row.slice(3).map((spot) => this.#spot(spot));
    this.#merge.addExample(this.#nestings.at(-1)!, { thread: this.#name('thread', row[1]), trace: this.#name('trace', row[2]), requestedAt: requestedAt!, acquiredAt });
    this.#examples++;
  }

  #profile(row: readonly unknown[]): void {
    fieldCount(row, 3, 3, '["profile",[threads],[nestings]]');
    const threads = list(row[1], 'threads').map((number) => this.#name('thread', number));
    const nestings = new Set(list(row[2], 'nestings').map((index) => this.#nestingAt(index)));
    for (const thread of threads) this.#merge.addProfile(thread, nestings);
  }

  #pattern(row: readonly unknown[]): void {
    fieldCount(row, 2, 3, '["pattern",[nestings]] or ["pattern",[nestings],[[threads],…]]');
    const nestings = list(row[1], 'nestings').map((index) => this.#nestingAt(index));
    if (nestings.length < 2 || new Set(nestings).size < nestings.length) fail('nestings of the pattern', 'at least two, all different', row[1]);
    if (row.length === 2) this.#merge.addMeeting(nestings);
    else for (const threads of list(row[2], 'threads that are kept apart')) this.#merge.addApart(this.#members(nestings, threads));
  }

  #members(nestings: readonly number[], value: unknown): Member[] {
    const threads = list(value, 'threads that are kept apart');
    if (threads.length !== nestings.length) fail('threads that are kept apart', `${nestings.length} of them, one for each nesting`, value);
    return nestings.map((nesting, i): Member => [nesting, this.#name('thread', threads[i])]);
  }

  #use(value: unknown): ClassUse {
    if (!Array.isArray(value)) return { class: this.#name('class', value), mode: 'exclusive' };
    fieldCount(value, 2, 2, '[class,mode]');
    const mode = SHARING.find((name) => name === value[1]) ?? fail('mode', 'shared or upgradable', value[1]);
    return { class: this.#name('class', value[0]), mode };
  }

  #spot(value: unknown): Spot {
    const fields = list(value, 'place');
    fieldCount(fields, 1, 4, '[event,line,site,[calls]]');
    const [event, line = null, site = null, stack = null] = fields;
    return {
      event: integer(event, 'event', 0, Number.MAX_SAFE_INTEGER),
      ...(line === null ? undefined : { line: integer(line, 'line', 1, Number.MAX_SAFE_INTEGER) }),
      ...(site === null ? undefined : { site: this.#name('site', site) }),
      ...(stack === null ? undefined : { stack: list(stack, 'calls').map((number) => this.#name('call', number)) }),
    };
  }

  #name(kind: Kind, number: unknown): string {
    const names = this.#names[kind];
    return (typeof number === 'number' ? names[number] : undefined) ?? fail(kind, numbersOf(names.length), number);
  }

  #nestingAt(index: unknown): number {
    return (typeof index === 'number' ? this.#nestings[index] : undefined) ?? fail('nesting', numbersOf(this.#nestings.length), index);
  }

  #checkExamples(): void {
    if (this.#nestings.length > 0 && this.#examples === 0) throw new LineError('the nesting before has no example');
  }
}

function numbersOf(count: number): string {
  return count === 0 ? 'the number of a row before it, of which there is none' : `the number of a row before it, from 0 to ${count - 1}`;
}
