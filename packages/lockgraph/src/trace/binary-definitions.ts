/**
 * What the binary format has defined already, and the lines for what it has not. Threads, locks, variables and operations have in the file the
 * ids of the registry; calls and kinds of notes are numbered by their first use.
 * Cost: a comparison for what is known. Memory: four bytes a call of the registry.
 */
import type { CallId, LockId, ThreadId } from './event.js';
import { callLine, lockLine, noteKindLine, operationLine, threadLine, variableLine } from './jsonl-lines.js';
import type { Registry } from './registry.js';

export class BinaryDefinitions {
  readonly #registry: Registry;
  readonly #write: (line: string) => void;
  #threads = 0;
  #locks = 0;
  #variables = 0;
  #operations = 0;
  readonly #noteKinds = new Map<string, number>();
  /** By the registry's id: the file's; 0 for those that are not defined, and the root. */
  #calls = new Int32Array(64);
  #callCount = 0;

  /** @param write gets each line with its end, in the order in which they must stand */
  constructor(registry: Registry, write: (line: string) => void) {
    this.#registry = registry;
    this.#write = write;
  }

  /** Defines all threads up to `thread`, so that a reader gives them the same ids. */
  thread(thread: ThreadId): void {
    for (; this.#threads <= thread; this.#threads++) this.#write(threadLine(this.#registry.threads.name(this.#threads)));
  }

  lock(lock: LockId): void {
    for (; this.#locks <= lock; this.#locks++) this.#write(lockLine(this.#registry.lock(this.#locks)));
  }

  variable(variable: number): void {
    for (; this.#variables <= variable; this.#variables++) this.#write(variableLine(this.#registry.variables.name(this.#variables)));
  }

  operation(operation: number): void {
    for (; this.#operations <= operation; this.#operations++) this.#write(operationLine(this.#registry.operationInfo(this.#operations)));
  }

  /** @returns its number in the file */
  noteKind(kind: string): number {
    const known = this.#noteKinds.get(kind);
    if (known !== undefined) return known;
    const id = this.#noteKinds.size;
    this.#noteKinds.set(kind, id);
    this.#write(noteKindLine(kind, this.#registry.noteTemplate(kind)));
    return id;
  }

  /** Defines a call and those above it that are not defined, the outermost first. @returns its number in the file */
  call(call: CallId): number {
    if (call < this.#calls.length) {
      const known = this.#calls[call]!;
      if (known !== 0 || call === 0) return known;
    }
    return this.#defineCall(call);
  }

  /** Defines the threads and locks that are left. */
  rest(): void {
    this.thread(this.#registry.threads.size - 1);
    this.lock(this.#registry.lockCount - 1);
  }

  #defineCall(call: CallId): number {
    const { calls } = this.#registry;
    if (calls.size > this.#calls.length) {
      const larger = new Int32Array(2 ** Math.ceil(Math.log2(calls.size)));
      larger.set(this.#calls);
      this.#calls = larger;
    }
    const path: CallId[] = [];
    for (let at = call; at !== 0 && this.#calls[at] === 0; at = calls.parent(at)) path.push(at);
    for (const at of path.toReversed()) {
      const id = ++this.#callCount;
      this.#calls[at] = id;
      this.#write(callLine(id, this.#calls[calls.parent(at)]!, calls, at));
    }
    return this.#calls[call]!;
  }
}
