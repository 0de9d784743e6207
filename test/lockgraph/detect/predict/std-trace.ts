/** A trace in STD form, read naively: for the checks of the prediction, which share nothing with the code that they check. */

/** Operations that another order of events has to respect. The others (`req`, `begin`, `end`, `branch`) allow any. */
export type Op = 'acq' | 'rel' | 'r' | 'w' | 'fork' | 'join';

export interface StdEvent {
  /** 1-based. */
  readonly line: number;
  readonly thread: string;
  readonly op: Op;
  readonly operand: string;
}

export interface StdTrace {
  /** Without the operations that allow any order. */
  readonly events: readonly StdEvent[];
  /** In the order of their first events; each has the events of one thread. */
  readonly threads: readonly string[];
  readonly of: readonly (readonly StdEvent[])[];
  /** Lines of the operations that allow any order, and their threads. */
  readonly free: ReadonlyMap<number, string>;
}

const OPS: readonly string[] = ['acq', 'rel', 'r', 'w', 'fork', 'join'] satisfies Op[];
const FREE: ReadonlySet<string> = new Set(['req', 'begin', 'end', 'branch', 'dummy']);

/** @throws SyntaxError at a line of another form */
export function parseStd(text: string): StdTrace {
  const events: StdEvent[] = [];
  const free = new Map<number, string>();
  for (const [index, row] of text.split('\n').entries()) {
    if (row === '') continue;
    const [, thread, op, operand] = /^([^|]+)\|([a-z]+)(?:\((\S*)\))?\|\d+$/.exec(row) ?? [];
    if (thread === undefined || op === undefined) throw new SyntaxError(`line ${index + 1}: ${row}`);
    if (FREE.has(op)) free.set(index + 1, thread);
    else if (OPS.includes(op) && operand !== undefined) events.push({ line: index + 1, thread, op: op as Op, operand });
    else throw new SyntaxError(`line ${index + 1}: ${row}`);
  }
  const threads = [...new Set(events.map(({ thread }) => thread))];
  return { events, threads, of: threads.map((name) => events.filter(({ thread }) => thread === name)), free };
}
