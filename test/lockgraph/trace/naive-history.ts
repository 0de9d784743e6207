/** The twin of the recorder that keeps everything, and works each rule out from the whole history. */
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import type { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { goTogether, isAcquire } from './programs.js';
import type { Row } from './rows.js';

/** Event numbers of the rows that make the state after `rows`. */
export interface State {
  /** By lock, oldest first. */
  readonly holds: ReadonlyMap<number, readonly Row[]>;
  /** By thread. */
  readonly waits: ReadonlyMap<number, Row>;
  /** By thread, of threads that hold something. */
  readonly exits: ReadonlyMap<number, Row>;
}

export function stateAfter(rows: readonly Row[], registry: Registry): State {
  const holds = new Map<number, readonly Row[]>();
  const waits = new Map<number, Row>();
  const exits = new Map<number, Row>();
  const holdsSome = (thread: number): boolean =>
    [...holds.values()].some((list) => list.some((hold) => hold.thread === thread && hold.mode !== Mode.permits));
  for (const row of rows) {
    const { kind, thread, object } = row;
    const list = holds.get(object) ?? [];
    if (kind <= EventKind.cancel || kind === EventKind.take || kind === EventKind.join || kind === EventKind.exit) waits.delete(thread);
    if (kind === EventKind.request) waits.set(thread, row);
    else if (isAcquire(row)) {
      exits.delete(thread);
      holds.set(object, afterAcquire(list, row, registry));
    } else if (kind === EventKind.release) holds.set(object, afterRelease(list, row, registry));
    else if (kind === EventKind.spawn) exits.delete(object);
    else if (kind === EventKind.join && holdsSome(object) && !exits.has(object)) exits.set(object, row);
    else if (kind === EventKind.exit && holdsSome(thread) && !exits.has(thread)) exits.set(thread, row);
    else if (kind === EventKind.init || kind === EventKind.destroy) holds.set(object, []);
    for (const ended of exits.keys()) if (!holdsSome(ended)) exits.delete(ended);
  }
  for (const [lock, list] of holds) if (list.length === 0) holds.delete(lock);
  return { holds, waits, exits };
}

/** What of the state is exact: how many permits of a semaphore are out, nobody remembers. */
export function withoutSemaphores(state: State, registry: Registry): State {
  return { ...state, holds: new Map([...state.holds].filter(([lock]) => registry.lock(lock).kind !== 'semaphore')) };
}

function afterAcquire(list: readonly Row[], row: Row, registry: Registry): readonly Row[] {
  const { kind, recursive } = registry.lock(row.object);
  if (kind === 'barrier') return list;
  if (kind === 'semaphore') return [...list, row];
  const stays = list.filter((hold) => {
    if (hold.thread !== row.thread) return goTogether(hold, row, registry);
    return hold.mode !== row.mode || row.mode === Mode.shared || recursive;
  });
  return [...stays, row];
}

function afterRelease(list: readonly Row[], row: Row, registry: Registry): readonly Row[] {
  const { kind, unlock } = registry.lock(row.object);
  if (kind === 'semaphore') {
    let after = list;
    for (let left = row.a || 1; left > 0 && after.length > 0; ) {
      const own = Math.max(after.findLastIndex((acquire) => acquire.thread === row.thread), 0);
      left -= after[own]!.a || 1;
      after = after.toSpliced(own, 1);
    }
    return after;
  }
  const wrong = row.mode === Mode.unheld || row.mode === Mode.foreign;
  const mode = wrong && kind !== 'rwlock' ? Mode.exclusive : row.mode;
  const own = list.findLastIndex((hold) => hold.thread === row.thread && hold.mode === mode);
  if (own !== -1) return list.toSpliced(own, 1);
  return wrong && unlock === 'pthread' ? [] : list;
}

/** The rows that make a state. */
export function rowsOfState(state: State): Row[] {
  return [...[...state.holds.values()].flat(), ...state.waits.values(), ...state.exits.values()];
}

/** Operations under way after `rows`. */
export function underWay(rows: readonly Row[]): Set<number> {
  const current = new Map<number, number>();
  for (const { kind, thread, operation } of rows) {
    if (kind === EventKind.end || kind === EventKind.operation || kind === EventKind.exit) current.delete(thread);
    else if (operation !== 0) current.set(thread, operation);
  }
  return new Set(current.values());
}
