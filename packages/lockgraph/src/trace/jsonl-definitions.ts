/** The definition lines of a JSONL trace: what its names and call numbers stand for in a registry. */
import type { CallId, LockId } from './event.js';
import { fail, fieldCount, integer, LineError, list, lockProperties, shown, text } from './jsonl-guards.js';
import type { LockInfo, Registry } from './registry.js';

export class JsonlDefinitions {
  readonly #registry: Registry;
  readonly #locks = new Map<string, LockId>();
  readonly #operations = new Map<string, number>();
  readonly #noteKinds = new Set<string>();
  readonly #calls = new Map<number, CallId>([[0, 0]]);

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /**
   * Takes a line whose first field is no number.
   * @throws LineError if it is no definition
   */
  define(fields: readonly unknown[]): void {
    const [what] = fields;
    switch (what) {
      case 'thread':
        fieldCount(fields, 2, 2, '["thread",name]');
        this.#registry.threads.id(text(fields[1], 'name of the thread'));
        return;
      case 'variable':
        fieldCount(fields, 2, 2, '["variable",name]');
        this.#registry.variables.id(text(fields[1], 'name of the variable'));
        return;
      case 'lock':
        this.#defineLock(fields);
        return;
      case 'operation':
        this.#defineOperation(fields);
        return;
      case 'note':
        this.#defineNote(fields);
        return;
      case 'call':
        this.#defineCall(fields);
        return;
      default:
        fail('first field', 'an event number, thread, lock, variable, operation, note or call', what);
    }
  }

  lock(name: unknown): LockId {
    return this.#locks.get(name as string) ?? undefinedName('lock', text(name, 'lock'));
  }

  operation(name: unknown): number {
    return this.#operations.get(name as string) ?? undefinedName('operation', text(name, 'operation'));
  }

  noteKind(kind: unknown): string {
    if (this.#noteKinds.has(kind as string)) return kind as string;
    return undefinedName('note', text(kind, 'kind of the note'));
  }

  call(id: unknown): CallId {
    const call = this.#calls.get(id as number);
    if (call !== undefined) return call;
    integer(id, 'call', 0);
    throw new LineError(`the call ${shown(id)} is not defined; expected a line ["call",${shown(id)},parent,name] before its first use`);
  }

  #defineLock(fields: readonly unknown[]): void {
    fieldCount(fields, 2, 3, '["lock",name] or ["lock",name,{properties}]');
    const name = text(fields[1], 'name of the lock');
    if (this.#locks.has(name)) defined('lock', name);
    this.#locks.set(name, this.#addLock({ ...lockProperties(fields[2]), name }));
  }

  #addLock(info: Partial<LockInfo> & { readonly name: string }): LockId {
    try {
      return this.#registry.addLock(info);
    } catch (error) {
      // Each property is good by itself: what is left is that they do not go together.
      throw error instanceof RangeError ? new LineError(error.message) : error;
    }
  }

  #defineOperation(fields: readonly unknown[]): void {
    fieldCount(fields, 2, 3, '["operation",name,[argument names]]');
    const name = text(fields[1], 'name of the operation');
    if (this.#operations.has(name)) defined('operation', name);
    const names = list(fields[2] ?? [], 'argument names').map((argument) => text(argument, 'argument name'));
    if (names.length > 2) fail('argument names', 'at most two', names);
    this.#operations.set(name, this.#registry.operation(name, names));
  }

  #defineNote(fields: readonly unknown[]): void {
    fieldCount(fields, 2, 3, '["note",kind] or ["note",kind,template]');
    const kind = text(fields[1], 'kind of the note');
    if (this.#noteKinds.has(kind)) defined('note', kind);
    this.#noteKinds.add(kind);
    if (fields.length === 3) this.#registry.declareNote(kind, text(fields[2], 'template of the note'));
  }

  #defineCall(fields: readonly unknown[]): void {
    fieldCount(fields, 4, 5, '["call",id,parent,name] or ["call",id,parent,name,site]');
    const id = integer(fields[1], 'id of the call', 1);
    if (this.#calls.has(id)) throw new LineError(`the call ${id} is defined for the second time`);
    const parent = this.call(fields[2]);
    const site = fields.length === 5 ? text(fields[4], 'site of the call') : undefined;
    const { calls } = this.#registry;
    this.#calls.set(id, calls.child(parent, calls.frame(text(fields[3], 'name of the call'), site)));
  }
}

function undefinedName(what: string, name: string): never {
  throw new LineError(`the ${what} ${shown(name)} is not defined; expected a line ["${what}",${shown(name)}] before its first use`);
}

function defined(what: string, name: string): never {
  throw new LineError(`the ${what} ${shown(name)} is defined for the second time`);
}
