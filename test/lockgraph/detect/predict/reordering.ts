/**
 * Correct reorderings of a trace, step by step: each thread goes on in its own order, a lock is given to one thread at a time (which may take it again),
 * a read sees the write that it saw, a thread begins after its fork, and is joined after its last event. Naive: everything is looked up in the trace.
 */
import type { StdEvent, StdTrace } from './std-trace.js';

/** Where a reordering has come to. */
export interface State {
  /** How many events of each thread were executed. */
  readonly executed: readonly number[];
  /** Line of the write that each variable holds; those never written are missing. */
  readonly written: ReadonlyMap<string, number>;
}

/** What a thread waits for, and the thread that it waits for. */
export interface Wait {
  readonly event: StdEvent;
  /** Index of the thread. */
  readonly blocker: number;
}

export class Reordering {
  readonly trace: StdTrace;
  readonly start: State;
  /** For each thread, the locks held after each number of its events, oldest first; a lock taken again is there twice. */
  readonly #held: readonly (readonly string[])[][];
  /** By the line of a read, that of the write that it saw; undefined: none. */
  readonly #seen = new Map<number, number | undefined>();

  constructor(trace: StdTrace) {
    this.trace = trace;
    this.start = { executed: trace.threads.map(() => 0), written: new Map() };
    this.#held = trace.of.map(heldAfterEach);
    const last = new Map<string, number>();
    for (const { op, operand, line } of trace.events) {
      if (op === 'w') last.set(operand, line);
      if (op === 'r') this.#seen.set(line, last.get(operand));
    }
  }

  next({ executed }: State, thread: number): StdEvent | undefined {
    return this.trace.of[thread]![executed[thread]!];
  }

  held({ executed }: State, thread: number): readonly string[] {
    return this.#held[thread]![executed[thread]!]!;
  }

  /** Whether the next event of a thread may come now. */
  isEnabled(state: State, thread: number): boolean {
    const event = this.next(state, thread);
    if (event === undefined || !this.#isForked(state, this.trace.threads[thread]!)) return false;
    if (event.op === 'r') return state.written.get(event.operand) === this.#seen.get(event.line);
    if (event.op === 'join') return this.#isForked(state, event.operand) && this.#isOver(state, this.trace.threads.indexOf(event.operand));
    return this.wait(state, thread) === undefined;
  }

  after({ executed, written }: State, thread: number): State {
    const event = this.trace.of[thread]![executed[thread]!]!;
    return {
      executed: executed.with(thread, executed[thread]! + 1),
      written: event.op === 'w' ? new Map(written).set(event.operand, event.line) : written,
    };
  }

  /** For a thread that has come to an acquire or a join: whom it has to wait for, if anyone. */
  wait(state: State, thread: number): Wait | undefined {
    const event = this.next(state, thread);
    if (event === undefined || !this.#isForked(state, event.thread)) return undefined;
    if (event.op === 'acq') {
      const blocker = this.trace.threads.findIndex((_, other) => other !== thread && this.held(state, other).includes(event.operand));
      return blocker === -1 ? undefined : { event, blocker };
    }
    const joined = this.trace.threads.indexOf(event.operand);
    return event.op === 'join' && joined !== -1 && !this.#isOver(state, joined) ? { event, blocker: joined } : undefined;
  }

  /** Whether the acquire that comes next takes the lock before one does that took it later in the trace. Taking a lock again is no acquire. */
  keepsLockOrder(state: State, thread: number): boolean {
    const event = this.next(state, thread);
    if (event?.op !== 'acq' || this.held(state, thread).includes(event.operand)) return true;
    return !this.trace.of.some((events, other) =>
      events.slice(0, state.executed[other]).some(({ op, operand, line }) => op === 'acq' && operand === event.operand && line > event.line),
    );
  }

  #isOver({ executed }: State, thread: number): boolean {
    return thread === -1 || executed[thread] === this.trace.of[thread]!.length;
  }

  /** Whether a thread has begun, or nobody forks it. */
  #isForked({ executed }: State, name: string): boolean {
    return this.trace.of.every((events, forker) => {
      const fork = events.findIndex(({ op, operand }) => op === 'fork' && operand === name);
      return fork < executed[forker]!;
    });
  }
}

function heldAfterEach(events: readonly StdEvent[]): string[][] {
  const held: string[] = [];
  const after: string[][] = [[]];
  for (const { op, operand } of events) {
    if (op === 'acq') held.push(operand);
    if (op === 'rel') held.splice(held.lastIndexOf(operand), 1);
    after.push([...held]);
  }
  return after;
}
