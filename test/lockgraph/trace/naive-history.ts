/** The twin of the recorder that keeps everything, and works each rule out from the whole history. */
import { EventKind } from '../../../packages/lockgraph/src/trace/event.js';
import type { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { isAcquire } from './programs.js';
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
  const holds = new Map<number, Row[]>();
  const waits = new Map<number, Row>();
  const exits = new Map<number, Row>();
  const exit = (thread: number, row: Row): void => {
    const holdsSome = [...holds.values()].some((list) => list.some((hold) => hold.thread === thread));
    if (holdsSome && !exits.has(thread)) exits.set(thread, row);
  };
  for (const row of rows) {
    const { kind, thread, object } = row;
    const list = holds.get(object) ?? [];
    if (kind <= EventKind.cancel || kind === EventKind.take || kind === EventKind.join || kind === EventKind.exit) waits.delete(thread);
    if (kind === EventKind.request) waits.set(thread, row);
    else if (isAcquire(row)) {
      exits.delete(thread);
      const deeper = list[0]?.thread === thread && registry.lock(object).recursive;
      holds.set(object, deeper ? [...list, row] : [row]);
    } else if (kind === EventKind.release) {
      const own = list.findLastIndex((hold) => hold.thread === thread);
      if (own !== -1) holds.set(object, list.toSpliced(own, 1));
      else if (registry.lock(object).unlock === 'pthread') holds.set(object, []);
    } else if (kind === EventKind.spawn) exits.delete(object);
    else if (kind === EventKind.join) exit(object, row);
    else if (kind === EventKind.exit) exit(thread, row);
    else if (kind === EventKind.init || kind === EventKind.destroy) holds.set(object, []);
    for (const ended of exits.keys()) {
      if (![...holds.values()].some((held) => held.some((hold) => hold.thread === ended))) exits.delete(ended);
    }
  }
  for (const [lock, list] of holds) if (list.length === 0) holds.delete(lock);
  return { holds, waits, exits };
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
