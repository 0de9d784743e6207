/**
 * Tells a sink what a gdb log of locks says (docs/capture-log-format.md). Calls become operations, lock lines requests, acquires and releases.
 * Lenient: what is no line of the log is skipped. Cost: some microseconds a line. Memory: a number for each block, and the locks.
 */
import { EventKind, Mode } from './event.js';
import type { CallId, EventSink, LockId, ThreadId } from './event.js';
import type { TracePosition } from './event-log.js';
import { loggedFunctions } from './gdb-log-line.js';
import type { LoggedCall, LoggedExit, LoggedLine, LoggedLock, LoggedReturn } from './gdb-log-line.js';
import { LoggedLineReader } from './gdb-log-lines.js';
import type { Registry } from './registry.js';
import { TraceError } from './trace-error.js';
import type { TraceParser, TraceSummary } from './trace-summary.js';

const NOBODY = -1;

interface LoggedThread {
  readonly id: ThreadId;
  /** The operation under way; 0: none. */
  operation: number;
  /** The function of that operation. */
  name: string;
  /** The lock that it has asked for and not got; -1: none. */
  wants: LockId;
  wantedFrom: CallId;
  ended: boolean;
}

export class GdbLogReader implements TraceParser {
  readonly #file: string;
  readonly #sink: EventSink;
  readonly #registry: Registry;
  readonly #position: TracePosition;
  readonly #lines: LoggedLineReader;
  readonly #threads = new Map<number, LoggedThread>();
  /** By lock: the thread that has it, or -1. */
  readonly #holder = new Map<LockId, ThreadId>();
  /** By lock: how many threads have asked for it and not got it. */
  readonly #wanted = new Map<LockId, number>();
  /** By address: the number of the block that was returned there last. */
  readonly #blocks = new Map<number, number>();
  #blockCount = 0;
  #events = 0;
  #operations = 0;
  #stalled = false;

  /** As that of the JSONL reader. */
  constructor(file: string, sink: EventSink, registry: Registry, position: TracePosition = { line: 0 }) {
    this.#file = file;
    this.#sink = sink;
    this.#registry = registry;
    this.#position = position;
    this.#lines = new LoggedLineReader((line, number) => this.#line(line, number));
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(isCut = false): TraceSummary {
    const { known, cutOff, cutOffBytes } = this.#lines.finish();
    if (known === 0) throw new TraceError(this.#file, undefined, 'no line of it is a call of an allocator or a lock: nothing was logged, or this is no log of a gdb script');
    for (const thread of this.#threads.values()) {
      if (thread.name === 'texit' && thread.wants === NOBODY) this.#exit(thread);
    }
    if (!isCut) this.#sink.end(this.#stalled);
    return {
      format: 'gdb log',
      generator: undefined,
      events: this.#events,
      dropped: 0,
      cutOff: isCut || cutOff !== 0,
      unreadBytes: cutOffBytes,
      complete: !isCut && cutOff === 0,
      accessesRecorded: false,
    };
  }

  #line(line: LoggedLine, number: number): void {
    this.#position.line = number;
    switch (line.what) {
      case 'call':
        this.#call(line);
        break;
      case 'return':
        this.#return(line);
        break;
      case 'texit':
      case 'exited':
        this.#end(line);
        break;
      case 'stopped':
        this.#stalled = line.stalled;
        break;
      case 'damaged':
        break;
      default:
        this.#lock(line);
    }
  }

  #call({ thread: number, name, values }: LoggedCall): void {
    const thread = this.#thread(number);
    this.#goesOn(thread);
    this.#finishOperation(thread);
    const { arguments: kinds, returns } = loggedFunctions.get(name)!;
    const names: string[] = [];
    const shown: number[] = [];
    for (const [i, kind] of kinds.entries()) {
      if (kind === 'other' || kind === 'flags' || names.length === 2) continue;
      names.push(kind === 'size' && returns === 'nothing' ? 'claimed' : kind);
      shown.push(kind === 'block' ? (this.#blocks.get(values[i]!) ?? 0) : values[i]!);
    }
    this.#begin(thread, name, names, shown);
  }

  #return({ thread: number, name, result }: LoggedReturn): void {
    const thread = this.#thread(number);
    this.#goesOn(thread);
    if (thread.name === name) this.#finishOperation(thread);
    if (loggedFunctions.get(name)!.returns === 'block' && result !== 0) this.#blocks.set(result!, ++this.#blockCount);
  }

  #end({ what, thread: number }: LoggedExit): void {
    const thread = this.#thread(number);
    this.#goesOn(thread);
    if (what === 'texit') {
      this.#finishOperation(thread);
      this.#begin(thread, 'texit', [], []);
    } else {
      this.#exit(thread);
    }
  }

  #lock({ what, thread: number, lock: name, function: caller, held }: LoggedLock): void {
    const thread = this.#thread(number);
    const known = this.#registry.findLock(name);
    const lock = known ?? this.#registry.addLock({ name, class: classOf(name), unlock: 'pthread' });
    const { calls } = this.#registry;
    const call = caller === '' ? 0 : calls.child(0, calls.frame(caller));
    const granted = what === 'lock' && held !== 'self';
    if (!(granted && thread.wants === lock)) this.#goesOn(thread);
    if (what === 'unlock') {
      // The log may begin where a lock is held already: a first line that says nothing else is its rightful release.
      if (known === undefined && held !== 'nobody') return;
      this.#event(EventKind.release, thread, lock, call, 0, 0);
      this.#holder.set(lock, NOBODY);
      return;
    }
    if (typeof held === 'number' && !this.#holder.has(lock)) this.#hold(this.#thread(held), lock);
    const free = (this.#holder.get(lock) ?? NOBODY) === NOBODY && (this.#wanted.get(lock) ?? 0) === 0;
    const asked = thread.wants === lock;
    if (!asked) {
      this.#event(EventKind.request, thread, lock, call, 0, 0);
      thread.wants = lock;
      thread.wantedFrom = call;
      this.#wanted.set(lock, (this.#wanted.get(lock) ?? 0) + 1);
    }
    // A script that cannot see the state logs a lock when it is asked for: whether it was granted, the thread's next line says.
    if (granted && (asked || free)) this.#acquire(thread);
  }

  /** A thread does something: so it has what it asked for before. */
  #goesOn(thread: LoggedThread): void {
    thread.ended = false;
    if (thread.wants !== NOBODY) this.#acquire(thread);
  }

  #acquire(thread: LoggedThread): void {
    const { wants } = thread;
    this.#wanted.set(wants, this.#wanted.get(wants)! - 1);
    this.#event(EventKind.acquire, thread, wants, thread.wantedFrom, 0, 0);
    this.#holder.set(wants, thread.id);
    thread.wants = NOBODY;
  }

  /** The log says that a thread has a lock, and not how it got it. */
  #hold(thread: LoggedThread, lock: LockId): void {
    this.#event(EventKind.acquire, thread, lock, 0, 0, 0);
    this.#holder.set(lock, thread.id);
  }

  #begin(thread: LoggedThread, name: string, names: readonly string[], values: readonly number[]): void {
    thread.operation = ++this.#operations;
    thread.name = name;
    const operation = this.#registry.operation(name, names);
    this.#event(EventKind.begin, thread, operation, 0, values[0] ?? 0, values[1] ?? 0);
  }

  #finishOperation(thread: LoggedThread): void {
    if (thread.operation === 0) return;
    this.#event(EventKind.end, thread, 0, 0, 0, 0);
    thread.operation = 0;
    thread.name = '';
  }

  #exit(thread: LoggedThread): void {
    this.#finishOperation(thread);
    if (thread.ended) return;
    this.#event(EventKind.exit, thread, 0, 0, 0, 0);
    thread.ended = true;
  }

  #event(kind: EventKind, thread: LoggedThread, object: number, call: CallId, a: number, b: number): void {
    this.#sink.event(++this.#events, kind, thread.id, object, Mode.exclusive, call, thread.operation, a, b);
  }

  #thread(number: number): LoggedThread {
    let thread = this.#threads.get(number);
    if (thread === undefined) {
      const id = this.#registry.threads.id(`t${number}`);
      thread = { id, operation: 0, name: '', wants: NOBODY, wantedFrom: 0, ended: false };
      this.#threads.set(number, thread);
    }
    return thread;
  }
}

/** The role of a lock: its name without numbers. One that has only an address for its name is a class of its own. */
function classOf(name: string): string {
  return /0x[0-9a-f]/.test(name) ? name : name.replace(/\[\d+\]|\d+/g, '');
}
