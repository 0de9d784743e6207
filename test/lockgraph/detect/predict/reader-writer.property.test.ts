/** Traces of reader-writer locks against all orders of their events. The seed of a failure makes its trace again: `randomRun(new RandomNumbers(seed), modes, again)`. */
import { expect, test } from 'vitest';
import type { Finding } from '../../../../packages/lockgraph/src/detect/finding.js';
import { RandomNumbers } from './random-numbers.js';
import { analysed } from './traces.js';
import type { Locks } from './traces.js';

type Mode = 'exclusive' | 'shared' | 'upgradable';

interface Step {
  readonly what: 'take' | 'release';
  readonly lock: string;
  readonly mode: Mode;
}

interface Hold {
  readonly lock: string;
  readonly mode: Mode;
}

type Bodies = ReadonlyMap<string, readonly Step[]>;

const LOCKS: Locks = { A: { kind: 'rwlock' }, B: { kind: 'rwlock' }, C: { kind: 'rwlock' } };

function excludes(one: Mode, other: Mode): boolean {
  return one === 'exclusive' || other === 'exclusive' || (one === 'upgradable' && other === 'upgradable');
}

/** @param again whether a lock that is held may be taken in another mode, too */
function randomBody(random: RandomNumbers, modes: readonly Mode[], again: boolean): Step[] {
  const steps: Step[] = [];
  const held: Hold[] = [];
  const length = 4 + random.below(5);
  while (steps.length + held.length < length) {
    const mode = random.pick(modes);
    const free = Object.keys(LOCKS).filter((lock) => held.every((hold) => hold.lock !== lock || (again && hold.mode !== mode)));
    if (free.length > 0 && random.chance(held.length === 0 ? 100 : 55)) {
      const hold = { lock: random.pick(free), mode };
      held.push(hold);
      steps.push({ what: 'take', ...hold });
    } else steps.push({ what: 'release', ...held.splice(random.chance(80) ? held.length - 1 : random.below(held.length), 1)[0]! });
  }
  return [...steps, ...held.toReversed().map((hold) => ({ what: 'release' as const, ...hold }))];
}

/** Where all threads are, and what follows from it. */
class Place {
  readonly bodies: Bodies;
  readonly done: ReadonlyMap<string, number>;

  constructor(bodies: Bodies, done: ReadonlyMap<string, number> = new Map()) {
    this.bodies = bodies;
    this.done = done;
  }

  get key(): string {
    return [...this.bodies.keys()].map((thread) => this.done.get(thread) ?? 0).join();
  }

  next(thread: string): Step | undefined {
    return this.bodies.get(thread)![this.done.get(thread) ?? 0];
  }

  held(thread: string): Hold[] {
    const held: Hold[] = [];
    for (const { what, lock, mode } of this.bodies.get(thread)!.slice(0, this.done.get(thread) ?? 0)) {
      if (what === 'take') held.push({ lock, mode });
      else held.splice(held.findIndex((hold) => hold.lock === lock && hold.mode === mode), 1);
    }
    return held;
  }

  /** The threads that keep one from its next step. */
  blockers(thread: string): string[] {
    const step = this.next(thread);
    if (step?.what !== 'take') return [];
    return [...this.bodies.keys()].filter((other) => other !== thread && this.held(other).some(({ lock, mode }) => lock === step.lock && excludes(mode, step.mode)));
  }

  after(thread: string): Place {
    return new Place(this.bodies, new Map(this.done).set(thread, (this.done.get(thread) ?? 0) + 1));
  }

  /** Threads that wait for each other, one after the other. */
  *cycles(): Generator<readonly string[]> {
    const extend = function* (this: Place, chain: readonly string[]): Generator<readonly string[]> {
      for (const next of this.blockers(chain.at(-1)!)) {
        if (next === chain[0]) yield chain;
        else if (!chain.includes(next) && next > chain[0]!) yield* extend.call(this, [...chain, next]);
      }
    };
    for (const thread of this.bodies.keys()) yield* extend.call(this, [thread]);
  }
}

/** A run of a random program that came as far as it could. */
function randomRun(random: RandomNumbers, modes: readonly Mode[], again: boolean): { lines: string[]; bodies: Bodies } {
  const threads = ['t1', 't2', 't3'].slice(0, 2 + random.below(2));
  let place = new Place(new Map(threads.map((thread) => [thread, randomBody(random, modes, again)])));
  const lines: string[] = [];
  for (;;) {
    const enabled = threads.filter((thread) => place.next(thread) !== undefined && place.blockers(thread).length === 0);
    if (enabled.length === 0) break;
    const thread = random.chance(60) && enabled.includes(lines.at(-1)?.slice(0, 2) ?? '') ? lines.at(-1)!.slice(0, 2) : random.pick(enabled);
    const { what, lock, mode } = place.next(thread)!;
    lines.push(`${thread} ${what} ${lock} ${mode}`);
    place = place.after(thread);
  }
  // What nobody came to is not in the trace.
  return { lines, bodies: new Map(threads.map((thread) => [thread, place.bodies.get(thread)!.slice(0, place.done.get(thread) ?? 0)])) };
}

interface Reachable {
  /** All cycles. */
  readonly all: ReadonlySet<string>;
  /** Those in which each waits for the next alone. */
  readonly least: ReadonlySet<string>;
}

function reachable(bodies: Bodies): Reachable {
  const all = new Set<string>();
  const least = new Set<string>();
  const seen = new Set<string>();
  const visit = (place: Place): void => {
    if (seen.has(place.key)) return;
    seen.add(place.key);
    for (const cycle of place.cycles()) {
      const key = cycle.map((thread) => waitKey(thread, place.next(thread)!.lock, place.next(thread)!.mode, place.held(thread).map(({ lock }) => lock))).toSorted().join(' + ');
      all.add(key);
      if (cycle.every((thread) => place.blockers(thread).filter((other) => cycle.includes(other)).length === 1)) least.add(key);
    }
    for (const thread of bodies.keys()) if (place.next(thread) !== undefined && place.blockers(thread).length === 0) visit(place.after(thread));
  };
  visit(new Place(bodies));
  return { all, least };
}

function waitKey(thread: string, wants: string, mode: string, held: readonly string[]): string {
  return `${thread} ${wants} ${mode} {${[...new Set(held)].toSorted().join(' ')}}`;
}

function keyOf({ cycle }: Finding): string {
  return cycle.map(({ thread, wants, mode, held }) => waitKey(thread, wants, mode, held)).toSorted().join(' + ');
}

function without(keys: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...keys].filter((key) => !others.has(key));
}

const SEEDS = 600;

test.each([
  ['readers and writers', ['exclusive', 'shared'], false],
  ['readers, writers and those who may become writers', ['exclusive', 'shared', 'upgradable'], false],
  ['readers who become writers, and writers who become readers', ['exclusive', 'shared'], true],
  ['all that take what they have in another way, too', ['exclusive', 'shared', 'upgradable'], true],
] as const)('of %s, what is proved can happen, and what can happen is told', async (_, modes, again) => {
  const wrong: string[] = [];
  let least = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { lines, bodies } = randomRun(new RandomNumbers(seed), modes, again);
    const truth = reachable(bodies);
    const { findings } = await analysed(lines, LOCKS);
    const proofs = new Set(findings.filter(({ evidence }) => evidence === 'proved').map(keyOf));
    const told = new Set(findings.map(keyOf));
    least += truth.least.size;
    const report = (what: string, keys: Iterable<string>): void => {
      for (const key of keys) wrong.push(`seed ${seed}: ${what}: ${key}\n${lines.join('; ')}`);
    };
    report('proved, and cannot happen', without(proofs, truth.all));
    report('can happen, and is not told', without(truth.least, told));
    report('can happen, and is not proved', without(truth.least, proofs));
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(least).toBeGreaterThan(80);
});
