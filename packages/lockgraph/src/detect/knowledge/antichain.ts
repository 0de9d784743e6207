/**
 * Sets of numbers of which none lies within another one: whoever is within a set that comes, or has come, is left out. What remains does not
 * depend on the order in which they come.
 * Cost: a set is compared with those that have the rarest of its members, and those that are kept under one of its members, each under the one
 * that had the fewest. Memory: an entry for each member of each set.
 */
export class Antichain {
  readonly #sets = new Set<ReadonlySet<number>>();
  readonly #having = new Map<number, Set<ReadonlySet<number>>>();
  /** Each set under one of its members. */
  readonly #under = new Map<number, Set<ReadonlySet<number>>>();
  readonly #keptUnder = new Map<ReadonlySet<number>, number>();

  /** The sets, in the order in which they came. */
  get sets(): Iterable<ReadonlySet<number>> {
    return this.#sets;
  }

  /** @param set that has a member, and does not change any more */
  add(set: ReadonlySet<number>): void {
    for (const known of this.#having.get(rarest(set, this.#having)) ?? []) if (isWithin(set, known)) return;
    for (const member of set) for (const known of this.#under.get(member) ?? []) if (isWithin(known, set)) this.#remove(known);
    this.#put(set);
  }

  #put(set: ReadonlySet<number>): void {
    const under = rarest(set, this.#under);
    this.#sets.add(set);
    this.#keptUnder.set(set, under);
    entry(this.#under, under).add(set);
    for (const member of set) entry(this.#having, member).add(set);
  }

  #remove(set: ReadonlySet<number>): void {
    this.#sets.delete(set);
    this.#under.get(this.#keptUnder.get(set)!)!.delete(set);
    this.#keptUnder.delete(set);
    for (const member of set) this.#having.get(member)!.delete(set);
  }
}

function entry(lists: Map<number, Set<ReadonlySet<number>>>, member: number): Set<ReadonlySet<number>> {
  const known = lists.get(member);
  if (known !== undefined) return known;
  const list = new Set<ReadonlySet<number>>();
  lists.set(member, list);
  return list;
}

/** The member with the shortest list. */
function rarest(set: ReadonlySet<number>, lists: ReadonlyMap<number, ReadonlySet<unknown>>): number {
  let found = -1;
  let least = Infinity;
  for (const member of set) {
    const size = lists.get(member)?.size ?? 0;
    if (size >= least) continue;
    least = size;
    found = member;
    if (size === 0) break;
  }
  return found;
}

function isWithin(one: ReadonlySet<number>, other: ReadonlySet<number>): boolean {
  if (one.size > other.size) return false;
  for (const member of one) if (!other.has(member)) return false;
  return true;
}
