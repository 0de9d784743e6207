/**
 * Writes a run as an STD trace, `thread|op(operand)|location` a line, in chunks of about 64 KiB. STD knows less than a run does: what it cannot say
 * is left out, and counted. docs/trace-format.md says what becomes of which event.
 *
 * A request is not written when it is made, for it may be given up, which STD cannot say, and many who read STD do not know `req`. It becomes the
 * `acq` that grants it. One that nothing follows comes at the end, as `req`.
 *
 * A failure to write is kept for {@link StdWriter.close}. Cost: about 0.3 µs an event. Memory: a name for each thread, lock and variable.
 */
import { EventKind, Mode } from './event.js';
import type { CallId, EventSink, LockId, Note, OperationNumber, ThreadId } from './event.js';
import { MODE_NAMES } from './jsonl-format.js';
import type { Registry } from './registry.js';
import { locationOf } from './std-location.js';
import { encodeStdName } from './std-names.js';

const CHUNK = 65_536;
const NOBODY = -1;

/** A request that was neither granted nor given up. */
interface Wait {
  readonly object: number;
  readonly mode: Mode;
  readonly call: CallId;
}

export class StdWriter implements EventSink {
  readonly #registry: Registry;
  readonly #write: (chunk: string) => void;
  readonly #dropped = new Map<string, number>();
  readonly #waits = new Map<ThreadId, Wait>();
  /** By lock: the thread whose hold was written, or -1; and how often it has the lock. */
  readonly #holders: ThreadId[] = [];
  readonly #depths: number[] = [];
  /** Encoded, by id. */
  readonly #threads: string[] = [];
  readonly #locks: string[] = [];
  readonly #variables: string[] = [];
  readonly #locations = new Map<CallId, number>([[0, 0]]);
  #pending = '';
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /** @param write is given each chunk in order; whole lines */
  constructor(registry: Registry, write: (chunk: string) => void) {
    this.#registry = registry;
    this.#write = write;
  }

  /** How often something was left out, by what it was: the words of docs/trace-format.md. */
  get dropped(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dropped);
  }

  event(
    _event: number,
    kind: EventKind,
    thread: ThreadId,
    object: number,
    mode: Mode,
    call: CallId,
    _operation: OperationNumber,
    _a: number,
    _b: number,
  ): void {
    if (this.#ended) return;
    switch (kind) {
      case EventKind.request:
        this.#giveUp(thread);
        this.#waits.set(thread, { object, mode, call });
        break;
      case EventKind.acquire:
      case EventKind.take:
        this.#acquire(kind, thread, object, mode, call);
        break;
      case EventKind.release:
        this.#giveUp(thread);
        this.#release(thread, object, mode, call);
        break;
      case EventKind.cancel:
        this.#giveUp(thread);
        break;
      case EventKind.spawn:
        this.#line(thread, 'fork', this.#thread(object), call);
        break;
      case EventKind.join:
        this.#waits.delete(thread);
        this.#line(thread, 'join', this.#thread(object), call);
        break;
      case EventKind.read:
        this.#line(thread, 'r', this.#variable(object), call);
        break;
      case EventKind.write:
        this.#line(thread, 'w', this.#variable(object), call);
        break;
      case EventKind.begin:
      case EventKind.operation:
        this.#drop('operation');
        break;
      case EventKind.end:
        break;
      case EventKind.exit:
        this.#giveUp(thread);
        this.#drop('exit');
        break;
      case EventKind.init:
        this.#drop('init');
        break;
      case EventKind.destroy:
        this.#drop('destroy');
        break;
    }
  }

  note(_event: number, _thread: ThreadId, _call: CallId, _operation: OperationNumber, _note: Note): void {
    if (!this.#ended) this.#drop('note');
  }

  /** The run is over. */
  end(stalled: boolean): void {
    if (this.#ended) return;
    if (stalled) this.#drop('stalled');
    this.#finish();
  }

  /**
   * Nothing follows.
   * @throws what `write` threw, if it did
   */
  close(): void {
    this.#finish();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #acquire(kind: EventKind, thread: ThreadId, lock: LockId, mode: Mode, call: CallId): void {
    const asked = this.#waits.get(thread)?.object === lock && this.#waits.get(thread)!.mode !== Mode.join;
    if (asked) this.#waits.delete(thread);
    else this.#giveUp(thread);
    const unsaid = this.#unsayable(lock, mode);
    if (unsaid !== undefined) {
      this.#drop(unsaid);
      return;
    }
    if (kind === EventKind.acquire && !asked) this.#drop('try-acquire');
    this.#depths[lock] = this.#holders[lock] === thread ? this.#depths[lock]! + 1 : 1;
    this.#holders[lock] = thread;
    this.#line(thread, 'acq', this.#lock(lock), call);
  }

  #release(thread: ThreadId, lock: LockId, mode: Mode, call: CallId): void {
    const unsaid = this.#unsayable(lock, mode);
    if (unsaid !== undefined) {
      this.#drop(unsaid);
      return;
    }
    if (this.#holders[lock] === thread && --this.#depths[lock]! === 0) this.#holders[lock] = NOBODY;
    this.#line(thread, 'rel', this.#lock(lock), call);
  }

  /** The word for a lock, or for a way to hold one, that STD does not know. */
  #unsayable(lock: LockId, mode: Mode): string | undefined {
    const { kind } = this.#registry.lock(lock);
    if (kind !== 'mutex' && kind !== 'rwlock') return kind;
    return mode === Mode.shared || mode === Mode.upgradable ? MODE_NAMES[mode] : undefined;
  }

  /** What the thread asked for, it does not wait for any more, and never got. */
  #giveUp(thread: ThreadId): void {
    if (this.#waits.delete(thread)) this.#drop('cancel');
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const [thread, wait] of this.#waits) this.#unanswered(thread, wait);
    this.#flush();
  }

  /** A request that was never granted. */
  #unanswered(thread: ThreadId, { object, mode, call }: Wait): void {
    if (mode === Mode.join) {
      this.#drop('join-wait');
      return;
    }
    const unsaid = this.#unsayable(object, mode);
    if (unsaid !== undefined) this.#drop(unsaid);
    // All locks of STD are re-entrant: there, nobody waits for himself.
    else if (this.#holders[object] === thread && !this.#registry.lock(object).recursive) this.#drop('self-deadlock');
    else this.#line(thread, 'req', this.#lock(object), call);
  }

  #drop(what: string): void {
    this.#dropped.set(what, (this.#dropped.get(what) ?? 0) + 1);
  }

  #line(thread: ThreadId, word: string, operand: string, call: CallId): void {
    this.#pending += `${this.#thread(thread)}|${word}(${operand})|${this.#location(call)}\n`;
    if (this.#pending.length >= CHUNK) this.#flush();
  }

  #flush(): void {
    const chunk = this.#pending;
    this.#pending = '';
    if (chunk === '' || this.#failure !== undefined) return;
    try {
      this.#write(chunk);
    } catch (error) {
      this.#failure = { error };
    }
  }

  #thread(thread: ThreadId): string {
    return (this.#threads[thread] ??= encodeStdName(this.#registry.threads.name(thread)));
  }

  #lock(lock: LockId): string {
    return (this.#locks[lock] ??= encodeStdName(this.#registry.lock(lock).name));
  }

  #variable(variable: number): string {
    return (this.#variables[variable] ??= encodeStdName(this.#registry.variables.name(variable)));
  }

  #location(call: CallId): number {
    let location = this.#locations.get(call);
    if (location === undefined) {
      location = locationOf(this.#registry.calls, call);
      this.#locations.set(call, location);
    }
    return location;
  }
}
