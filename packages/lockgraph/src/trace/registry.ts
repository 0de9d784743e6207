/** Who and what a run speaks of: its threads, locks, calls, operations and kinds of notes, each by id. */
import { CallTree } from './call-tree.js';
import type { LockId } from './event.js';
import { Interner } from './interner.js';
import { LockClasses } from './lock-classes.js';
import type { ClassId } from './lock-classes.js';

/**
 * Of a mutex and a reader-writer lock there are holders. A condition is waited for, and never held for longer than it takes to be told of it. The permits
 * of a semaphore anybody may give back, so that nobody holds it; nor a barrier: its request is to arrive, its acquire to leave.
 */
export type LockKind = 'mutex' | 'rwlock' | 'semaphore' | 'barrier' | 'condition';

/**
 * What a release does that the holder did not make. `throw`: it is an error and changes nothing.
 * `pthread`: it frees the lock without a word, as glibc's unlock of a normal mutex does.
 */
export type UnlockPolicy = 'throw' | 'pthread';

export interface LockInfo {
  /** Unique in the run. */
  readonly name: string;
  readonly kind: LockKind;
  /** The role that many locks share, as `arena.bin`; the name itself for a lock without one. */
  readonly class: string;
  /** Declared place in the order of acquisition, a finite number that traces carry. Undefined: not ranked. */
  readonly rank: number | undefined;
  /** Declared place among the locks of its class, a finite number: two of them are taken in rising key. Undefined: none is declared. */
  readonly key: number | undefined;
  readonly recursive: boolean;
  readonly unlock: UnlockPolicy;
  /** Of a semaphore: how many permits there are when its life begins. Undefined for other locks. */
  readonly permits: number | undefined;
  /** Of a barrier: how many threads have to arrive before all leave. Undefined for other locks. */
  readonly parties: number | undefined;
}

/** An operation of a simulation's interface: its name and what its two numbers are called. */
export interface OperationInfo {
  readonly name: string;
  /** At most two, as `['block', 'claimed']`. */
  readonly arguments: readonly string[];
}

export class Registry {
  readonly threads = new Interner();
  readonly variables = new Interner();
  readonly calls = new CallTree();
  readonly #lockIds = new Interner();
  readonly #locks: LockInfo[] = [];
  readonly #classes = new LockClasses(this.#locks);
  #hasOrder = false;
  #hasBarriers = false;
  readonly #operationIds = new Interner();
  readonly #operations: OperationInfo[] = [];
  readonly #noteTemplates = new Map<string, string>();

  get lockCount(): number {
    return this.#locks.length;
  }

  /** Whether a lock has a rank or a key. */
  get hasOrder(): boolean {
    return this.#hasOrder;
  }

  /** Whether a lock is a barrier. */
  get hasBarriers(): boolean {
    return this.#hasBarriers;
  }

  /** Whether a lock has a class other than its own name. Without, class ids are those of the locks. */
  get hasClasses(): boolean {
    return this.#classes.some;
  }

  get classCount(): number {
    return this.#classes.count;
  }

  /**
   * Registers a lock. A name that is taken gets a number behind it (`m`, `m#2`, …), so that names stay unique.
   * A semaphore has one permit if not said otherwise; a barrier must have its parties.
   * @throws RangeError if the rank or the key is no finite number, or permits or parties do not go with the kind
   */
  addLock(info: Partial<LockInfo> & { readonly name: string }): LockId {
    checkFinite(info, 'rank');
    checkFinite(info, 'key');
    checkCount(info, 'permits', 'semaphore', 0);
    checkCount(info, 'parties', 'barrier', 1);
    if (info.kind === 'barrier' && info.parties === undefined) {
      throw new RangeError(`parties of the barrier ${JSON.stringify(info.name)} must be given: how many threads it waits for`);
    }
    const name = this.#lockIds.unique(info.name);
    const id = this.#lockIds.id(name);
    this.#locks.push({
      name,
      kind: info.kind ?? 'mutex',
      class: info.class ?? info.name,
      rank: info.rank,
      key: info.key,
      recursive: info.recursive ?? false,
      unlock: info.unlock ?? 'throw',
      permits: info.kind === 'semaphore' ? (info.permits ?? 1) : undefined,
      parties: info.parties,
    });
    this.#classes.added();
    if (info.rank !== undefined || info.key !== undefined) this.#hasOrder = true;
    if (info.kind === 'barrier') this.#hasBarriers = true;
    return id;
  }

  findLock(name: string): LockId | undefined {
    return this.#lockIds.find(name);
  }

  /** @throws RangeError if there is no such lock. */
  lock(id: LockId): LockInfo {
    const lock = this.#locks[id];
    if (lock === undefined) throw new RangeError(`no lock has the id ${id}; there are ${this.#locks.length}`);
    return lock;
  }

  /** The class of a lock. Stays what it is, however many locks follow. */
  classOf(lock: LockId): ClassId {
    return this.#classes.of(lock);
  }

  /** @throws RangeError if there is no such class. */
  className(id: ClassId): string {
    return this.#classes.name(id);
  }

  /** How many locks are of a class. */
  classSize(id: ClassId): number {
    return this.#classes.size(id);
  }

  /** The id of an operation's name; the first declaration of a name decides what its arguments are called. */
  operation(name: string, argumentNames: readonly string[] = []): number {
    const id = this.#operationIds.id(name);
    if (id === this.#operations.length) this.#operations.push({ name, arguments: argumentNames.slice(0, 2) });
    return id;
  }

  /** @throws RangeError if there is no such operation. */
  operationInfo(id: number): OperationInfo {
    const info = this.#operations[id];
    if (info === undefined) throw new RangeError(`no operation has the id ${id}; there are ${this.#operations.length}`);
    return info;
  }

  /** Declares a kind of note. In `template`, `{name}` stands for that entry of the note's data. */
  declareNote(kind: string, template: string): void {
    this.#noteTemplates.set(kind, template);
  }

  noteTemplate(kind: string): string | undefined {
    return this.#noteTemplates.get(kind);
  }
}

function checkFinite(info: Partial<LockInfo>, property: 'rank' | 'key'): void {
  const value = info[property];
  if (value === undefined || Number.isFinite(value)) return;
  throw new RangeError(`${property} of the lock ${JSON.stringify(info.name)} must be a finite number, got ${String(value)}`);
}

function checkCount(info: Partial<LockInfo>, property: 'permits' | 'parties', kind: LockKind, least: number): void {
  const value = info[property];
  if (value === undefined) return;
  const name = JSON.stringify(info.name);
  const own = info.kind ?? 'mutex';
  if (own !== kind) throw new RangeError(`${property} of the lock ${name}: only a ${kind} has them, and it is a ${own}`);
  if (Number.isInteger(value) && value >= least && value < 2 ** 31) return;
  throw new RangeError(`${property} of the ${kind} ${name} must be an integer from ${least} to ${2 ** 31 - 1}, got ${String(value)}`);
}
