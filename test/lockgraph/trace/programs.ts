/** Random event sequences, legal and illegal, over a small registry. */
import fc from 'fast-check';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { LOCK_MODES } from '../../../packages/lockgraph/src/trace/lock-modes.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import type { Row } from './rows.js';

const THREADS = 3;
const LOCKS = 8;

export function smallRegistry(): Registry {
  const registry = new Registry();
  for (let i = 0; i < THREADS; i++) registry.threads.id(`t${i}`);
  registry.addLock({ name: 'plain' });
  registry.addLock({ name: 'careless', unlock: 'pthread', class: 'bin', rank: 3, key: -0.5 });
  registry.addLock({ name: 'recursive', recursive: true, rank: 3 });
  registry.addLock({ name: 'condition', kind: 'condition' });
  registry.addLock({ name: 'rw', kind: 'rwlock', unlock: 'pthread' });
  registry.addLock({ name: 'recursive rw', kind: 'rwlock', recursive: true });
  registry.addLock({ name: 'slots', kind: 'semaphore', permits: 3 });
  registry.addLock({ name: 'meeting', kind: 'barrier', parties: 2 });
  registry.operation('mallocx', ['size']);
  registry.operation('sdallocx', ['block', 'claimed']);
  registry.declareNote('model/odd', 'odd, with {value}');
  registry.declareNote('model/even', 'even');
  let call = registry.calls.child(0, registry.calls.frame('main'));
  call = registry.calls.child(call, registry.calls.frame('helper', 'src/helper.ts:3:9'));
  registry.calls.child(call, registry.calls.frame('leaf'));
  return registry;
}

const step = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(EventKind.acquire, EventKind.release, EventKind.take) },
    { weight: 4, arbitrary: fc.constantFrom(EventKind.begin, EventKind.end) },
    { weight: 3, arbitrary: fc.constant(EventKind.operation) },
    { weight: 2, arbitrary: fc.constantFrom(EventKind.request, EventKind.cancel, EventKind.note) },
    { weight: 1, arbitrary: fc.constantFrom(EventKind.spawn, EventKind.join, EventKind.exit, EventKind.init, EventKind.destroy) },
  ),
  thread: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat(THREADS - 1) }),
  pick: fc.nat(3),
  lock: fc.nat(LOCKS - 1),
  mode: fc.nat(5),
  call: fc.nat(3),
  flag: fc.boolean(),
  a: fc.integer(),
  b: fc.nat(100),
  blamed: fc.array(fc.nat(40), { maxLength: 3 }),
  whole: fc.boolean(),
});

/** An operation that takes two locks, gives them back, and ends, if nothing is missing. */
const ORDERLY = [EventKind.begin, EventKind.request, EventKind.acquire, EventKind.take, EventKind.release, EventKind.release, EventKind.end];

const small = smallRegistry();

/** The mode of an event about a lock: any that its kind has; now and then a release says that it was wrong. */
function modeFor(kind: EventKind, lock: number, choice: number, wrong: boolean): Mode {
  if (kind === EventKind.init || kind === EventKind.destroy) return Mode.exclusive;
  const modes = LOCK_MODES[small.lock(lock).kind];
  if (kind === EventKind.release && wrong && modes[0] !== Mode.permits) return choice % 2 === 0 ? Mode.unheld : Mode.foreign;
  return modes[choice % modes.length]!;
}

/** Whether a thread can have a lock in a mode beside those that hold it. Each pair of modes is told by itself. */
export function goTogether(held: Row, wanted: Row, registry: Registry): boolean {
  const { recursive } = registry.lock(wanted.object);
  const own = held.thread === wanted.thread;
  switch (`${held.mode} ${wanted.mode}`) {
    case `${Mode.exclusive} ${Mode.exclusive}`:
    case `${Mode.exclusive} ${Mode.shared}`:
    case `${Mode.exclusive} ${Mode.upgradable}`:
    case `${Mode.upgradable} ${Mode.upgradable}`:
      return own && recursive;
    case `${Mode.upgradable} ${Mode.exclusive}`:
      return own;
    case `${Mode.shared} ${Mode.exclusive}`:
      return false;
    default:
      return true;
  }
}

/** Whether an operation begins; one that makes no events ends with it. */
export function begins({ kind }: Row): boolean {
  return kind === EventKind.begin || kind === EventKind.operation;
}

export function isAcquire({ kind }: Row): boolean {
  return kind === EventKind.acquire || kind === EventKind.take;
}

/** How a release must be marked: as one of what the thread holds, or as wrong. */
function howReleased({ thread, mode, object }: Row, held: readonly Row[]): Mode {
  if (small.lock(object).kind === 'semaphore') return mode;
  const wanted = mode === Mode.unheld || mode === Mode.foreign ? Mode.exclusive : mode;
  if (held.some((hold) => hold.thread === thread && hold.mode === wanted)) return wanted;
  return held.some((hold) => hold.thread !== thread) ? Mode.foreign : Mode.unheld;
}

/** Of random rows those that threads and locks could really do; releases by others are among them. */
export function lawful(all: readonly Row[], registry: Registry): Row[] {
  const holders = new Map<number, Row[]>();
  const waits = new Map<number, Row>();
  const ended = new Set<number>();
  const current = new Map<number, number>();
  const may = (row: Row): boolean => {
    const { kind, thread, object } = row;
    const held = holders.get(object) ?? [];
    const wait = waits.get(thread);
    if (ended.has(thread)) return false;
    if (wait !== undefined && kind !== EventKind.cancel) {
      const granted = wait.mode === Mode.join ? EventKind.join : EventKind.acquire;
      if (kind !== granted || wait.object !== object) return false;
    }
    switch (kind) {
      case EventKind.begin:
      case EventKind.operation:
        return !current.has(thread);
      case EventKind.end:
        return current.has(thread);
      case EventKind.cancel:
        return wait !== undefined;
      case EventKind.join:
        return ended.has(object);
      case EventKind.spawn:
        return false;
      case EventKind.acquire:
      case EventKind.take:
        return held.every((hold) => goTogether(hold, row, registry));
      default:
        return true;
    }
  };
  const done: Row[] = [];
  for (const candidate of all) {
    const operation = begins(candidate) ? candidate.operation : (current.get(candidate.thread) ?? 0);
    const { kind, thread, object } = candidate;
    const held = holders.get(object) ?? [];
    const row = { ...candidate, operation, event: done.length + 1, mode: kind === EventKind.release ? howReleased(candidate, held) : candidate.mode };
    if (!may(row)) continue;
    done.push(row);
    if (kind === EventKind.begin) current.set(thread, operation);
    if (kind === EventKind.end || kind === EventKind.exit) current.delete(thread);
    if (kind === EventKind.exit) ended.add(thread);
    if (kind === EventKind.request) waits.set(thread, row);
    else waits.delete(thread);
    if (isAcquire(row) && small.lock(object).kind !== 'barrier') holders.set(object, [...held, row]);
    if (kind === EventKind.release) {
      const own = held.findLastIndex((hold) => hold.thread === thread && hold.mode === row.mode);
      const wrong = row.mode === Mode.unheld || row.mode === Mode.foreign;
      if (own !== -1) holders.set(object, held.toSpliced(own, 1));
      else if (wrong && registry.lock(object).unlock === 'pthread') holders.set(object, []);
    }
    if (kind === EventKind.init || kind === EventKind.destroy) holders.set(object, []);
  }
  return done;
}

/** Rows in which threads do what they like with locks; operations begin in order, and do not nest. */
export function rows(maxLength: number): fc.Arbitrary<Row[]> {
  return fc.array(step, { maxLength, size: 'max' }).map((steps) => {
    const current = Array.from({ length: THREADS }, () => 0);
    let operations = 0;
    const all = steps.flatMap((one) => {
      // One in two operations is an orderly one, or would be if some of its rows were not missing.
      if (one.kind !== EventKind.begin || !one.whole) return [one];
      const rowsOfIt = ORDERLY.map((kind, index) => {
        const second = index === 3 || index === 4;
        // Some give the lock back otherwise than they took it.
        const mode = index === 5 && one.b % 5 === 0 ? one.mode + 1 : one.mode;
        return { ...one, kind, flag: false, mode, lock: second ? (one.lock + 1) % LOCKS : one.lock };
      });
      return rowsOfIt.filter((_, index) => index === 0 || (index !== one.b % 20 && !(one.flag && index <= one.pick)));
    });
    return all.slice(0, maxLength).map(({ kind: chosen, thread, pick, lock, mode, call, flag, a, b, blamed }, index): Row => {
      // Nobody releases a barrier.
      const kind = chosen === EventKind.release && small.lock(lock).kind === 'barrier' ? EventKind.take : chosen;
      const at = { event: index + 1, kind, thread, object: 0, mode: Mode.exclusive, call, operation: current[thread]!, a: 0, b: 0 };
      switch (kind) {
        case EventKind.begin:
          current[thread] = ++operations;
          return { ...at, object: pick % 2, operation: operations, a, b };
        case EventKind.operation:
          current[thread] = 0;
          return { ...at, object: pick % 2, operation: ++operations, a, b };
        case EventKind.end:
          current[thread] = 0;
          return at;
        case EventKind.note: {
          const kinds = ['model/odd', 'model/even', 'model/unannounced'];
          const known = blamed.filter((operation) => operation > 0 && operation <= operations);
          return { ...at, note: { kind: kinds[pick % 3]!, data: { value: b, text: `"${a}"\n`, yes: flag }, operations: known } };
        }
        case EventKind.spawn:
        case EventKind.join:
          return { ...at, object: pick % THREADS };
        case EventKind.exit:
          current[thread] = 0;
          return at;
        default: {
          if (kind === EventKind.request && flag && pick === 0) return { ...at, object: b % THREADS, mode: Mode.join };
          const how = modeFor(kind, lock, mode, flag && b < 20);
          return { ...at, object: lock, mode: how, a: how === Mode.permits ? b % 4 : 0 };
        }
      }
    });
  });
}
