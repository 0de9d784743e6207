/** Deadlock patterns of a trace by their definition: acquires of distinct locks by distinct threads, each wanted while the next one's thread holds it, nothing held in common. */
import { Reordering } from './reordering.js';
import type { StdEvent, StdTrace } from './std-trace.js';

/** An acquire that may have to wait, or a join, and the locks held then. */
interface Request extends StdEvent {
  /** Sorted. */
  readonly held: readonly string[];
}

/** By the line of each acquire or join. Those of equal signature are instances of one abstract request. */
export type Signatures = ReadonlyMap<number, string>;

export function signatures(trace: StdTrace): Signatures {
  return new Map(requests(trace).map(({ op, thread, operand, held, line }) => [line, signature(thread, op === 'join' ? `join(${operand})` : operand, held)]));
}

export function signature(thread: string, wants: string, held: readonly string[]): string {
  return `${thread} ${wants} {${held.toSorted().join(' ')}}`;
}

/** The patterns as the lines of their acquires, each thread's lock held by the next one's. */
export function patterns(trace: StdTrace): number[][] {
  const acquires = requests(trace).filter(({ op, held }) => op === 'acq' && held.length > 0);
  const found: number[][] = [];
  const extend = (chain: readonly Request[]): void => {
    if (chain[0]!.held.includes(chain.at(-1)!.operand)) found.push(chain.map(({ line }) => line));
    for (const acquire of acquires) {
      // Each pattern once: from its first acquire.
      if (acquire.line > chain[0]!.line && acquire.held.includes(chain.at(-1)!.operand) && chain.every((other) => fit(acquire, other))) extend([...chain, acquire]);
    }
  };
  for (const acquire of acquires) extend([acquire]);
  return found;
}

function fit(one: Request, other: Request): boolean {
  return one.thread !== other.thread && one.operand !== other.operand && !one.held.some((lock) => other.held.includes(lock));
}

/** Without those two acquires of which fork and join order. */
export function unorderedByForkJoin(trace: StdTrace, all: readonly (readonly number[])[]): (readonly number[])[] {
  return all.filter((lines) => lines.every((one) => lines.every((other) => one === other || !forkJoinAfter(trace, one).has(other))));
}

/** Lines that come after one whatever the order of the threads. */
function forkJoinAfter(trace: StdTrace, line: number): ReadonlySet<number> {
  const after = new Set([line]);
  // Two events that are ordered come in that order in the trace, so that one pass sees all.
  for (const { op, operand, thread, line: at } of trace.events) {
    const causes = trace.events.filter((other) => other.line < at && (other.thread === thread || (op === 'join' && other.thread === operand) || (other.op === 'fork' && other.operand === thread)));
    if (causes.some((other) => after.has(other.line))) after.add(at);
  }
  return after;
}

function requests(trace: StdTrace): Request[] {
  const reordering = new Reordering(trace);
  return trace.threads.flatMap((_, thread) =>
    trace.of[thread]!.flatMap((event, executed) => {
      const held = reordering.held({ ...reordering.start, executed: reordering.start.executed.with(thread, executed) }, thread);
      const mayWait = event.op === 'join' || (event.op === 'acq' && !held.includes(event.operand));
      return mayWait ? [{ ...event, held: [...new Set(held)].toSorted() }] : [];
    }),
  );
}
