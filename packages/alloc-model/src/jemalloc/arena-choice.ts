/** What `arena_choose_hard` looks at: the automatic arenas that exist, and how many threads each has. */

/** Which arenas a thread is counted in: those for its blocks (0), or those for jemalloc's own (1). */
type Kind = 0 | 1;

interface Loaded {
  readonly nthreads: readonly [number, number];
}

/** Index of the arena with the fewest threads, the first of them; arena 0 exists. */
export function leastLoaded(arenas: readonly (Loaded | undefined)[], narenas: number, kind: Kind): number {
  let least = 0;
  for (let ind = 1; ind < narenas; ind++) {
    const arena = arenas[ind];
    if (arena !== undefined && arena.nthreads[kind] < arenas[least]!.nthreads[kind]) least = ind;
  }
  return least;
}

/** The first automatic arena that does not exist; -1 if all do. */
export function firstMissing(arenas: readonly (Loaded | undefined)[], narenas: number): number {
  for (let ind = 1; ind < narenas; ind++) if (arenas[ind] === undefined) return ind;
  return -1;
}
