/** The deadlocks that knowledge holds, by trying every way to put nestings in a circle, and every choice of threads. */
import type { ClassUse, HoldMode, Knowledge, Nesting } from '../../../../packages/lockgraph/src/detect/knowledge/knowledge.js';

export interface NaiveDeadlocks {
  /** Each as what is wanted, how, with what held, in any order. */
  readonly all: ReadonlySet<string>;
  /** Those in which what a thread wants is held by one thread alone. */
  readonly plain: ReadonlySet<string>;
}

export function deadlocksIn(knowledge: Knowledge, maxCycle: number): NaiveDeadlocks {
  const all = new Set<string>();
  const plain = new Set<string>();
  const grow = (chain: readonly number[]): void => {
    const nestings = chain.map((index) => knowledge.nestings[index]!);
    if (chain.length > 1 && isCycle(nestings) && isFree(nestings, knowledge) && canMeet(chain, knowledge)) {
      const key = nestings.map(textOf).toSorted().join(';');
      all.add(key);
      if (nestings.every((one) => nestings.filter((other) => waitsFor(one, other)).length === 1)) plain.add(key);
    }
    if (chain.length === maxCycle) return;
    for (const index of knowledge.nestings.keys()) if (!chain.includes(index)) grow([...chain, index]);
  };
  for (const index of knowledge.nestings.keys()) grow([index]);
  return { all, plain };
}

function textOf({ wants, held }: Nesting): string {
  return `${wants.class} ${wants.mode} ${held.map((use) => use.class).join()}`;
}

/** Each waits for the next one, and none only tries; all want something else. */
function isCycle(nestings: readonly Nesting[]): boolean {
  if (new Set(nestings.map(({ wants }) => wants.class)).size < nestings.length) return false;
  return nestings.every((one, i) => !one.tried && waitsFor(one, nestings[(i + 1) % nestings.length]!));
}

function waitsFor({ wants }: Nesting, { held }: Nesting): boolean {
  return held.some((use) => use.class === wants.class && exclude(use.mode, wants.mode));
}

/** No two are kept out by a common lock. */
function isFree(nestings: readonly Nesting[], { several }: Knowledge): boolean {
  const guard = (one: ClassUse, other: ClassUse): boolean => one.class === other.class && exclude(one.mode, other.mode) && !several.includes(one.class);
  return nestings.every((one, i) => nestings.slice(i + 1).every((other) => !one.held.some((use) => other.held.some((its) => guard(use, its)))));
}

function exclude(one: HoldMode, other: HoldMode): boolean {
  return one === 'exclusive' || other === 'exclusive' || (one === 'upgradable' && other === 'upgradable');
}

/** Whether there are threads for the nestings, distinct ones, that are not known to be kept apart. */
function canMeet(chain: readonly number[], { profiles, patterns }: Knowledge): boolean {
  const makers = chain.map((index) => [...new Set(profiles.flatMap(({ threads, nestings }) => (nestings.includes(index) ? threads : [])))]);
  const isOne = (thread: string, one: number, other: number): boolean =>
    profiles.some(({ threads, nestings }) => threads.includes(thread) && nestings.includes(one) && nestings.includes(other));
  const sorted = chain.toSorted((a, b) => a - b);
  const apart = new Set(patterns.find(({ nestings }) => nestings.join() === sorted.join())?.apart?.map((threads) => threads.join()));
  const choose = (threads: readonly string[]): boolean => {
    if (threads.length === chain.length) return !apart.has(sorted.map((index) => threads[chain.indexOf(index)]!).join());
    const at = threads.length;
    return makers[at]!.some((thread) => threads.every((other, i) => other !== thread || !isOne(thread, chain[i]!, chain[at]!)) && choose([...threads, thread]));
  };
  return choose([]);
}
