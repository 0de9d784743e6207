/**
 * Random traces in STD form: small programs with many nested locks are made at random and run in a random order, so that each trace is one that
 * a program could have left. A run that comes to a deadlock ends there, with its locks held.
 */
import { RandomNumbers } from './random-numbers.js';
import type { Op } from './std-trace.js';

interface Step {
  readonly op: Op;
  readonly operand: string;
}

interface Program {
  readonly threads: readonly string[];
  readonly steps: ReadonlyMap<string, readonly Step[]>;
}

/** The same trace for the same seed: some 30 events of 2 to 4 threads on 2 to 4 locks, and the requests of some. */
export function randomTrace(seed: number): string {
  const random = new RandomNumbers(seed);
  let rows: string[] = [];
  // A program may do nothing, if its first thread joins the next and that one the first.
  while (rows.length === 0) {
    const program = randomProgram(random);
    const requests = random.chance(20);
    // Most runs that come to a deadlock are short: a longer one has more to tell.
    for (let run = 0; run < RUNS; run++) {
      const next = runOnce(program, random, requests);
      if (next.length > rows.length) rows = next;
    }
  }
  return rows.join('\n').concat('\n');
}

const RUNS = 3;

function randomProgram(random: RandomNumbers): Program {
  const threads = ['T0', 'T1', 'T2', 'T3'].slice(0, 2 + random.below(3));
  const locks = ['A', 'B', 'C', 'D'].slice(0, 2 + random.below(3));
  const variables = ['x', 'y', 'z'].slice(0, 1 + random.below(3));
  const accesses = random.pick([0, 10, 30]);
  const forked = random.chance(50) ? threads.slice(1).filter(() => random.chance(70)) : [];
  const most = Math.floor(30 / threads.length);
  const steps = new Map(
    threads.map((thread) => {
      const body = randomBody(random, { locks, variables, accesses, length: 4 + random.below(most - 3) });
      return [thread, body];
    }),
  );
  for (const child of forked) {
    // Forked by a thread before it, so that each is forked by someone who runs; joined by whoever may be.
    insert(steps.get(random.pick(threads.slice(0, threads.indexOf(child))))!, { op: 'fork', operand: child }, random, 60);
    if (random.chance(50)) insert(steps.get(random.pick(threads.filter((each) => each !== child)))!, { op: 'join', operand: child }, random, 0);
  }
  return { threads, steps };
}

/** Early in the body in so many percent of the cases, else anywhere. */
function insert(body: Step[], step: Step, random: RandomNumbers, early: number): void {
  body.splice(random.below(random.chance(early) ? 3 : body.length + 1), 0, step);
}

function randomBody(random: RandomNumbers, among: { locks: string[]; variables: string[]; accesses: number; length: number }): Step[] {
  const body: Step[] = [];
  const held: string[] = [];
  while (body.length + held.length < among.length) {
    const free = among.locks.filter((lock) => !held.includes(lock));
    if (random.chance(among.accesses)) {
      body.push({ op: random.chance(50) ? 'r' : 'w', operand: random.pick(among.variables) });
    } else if (held.length > 0 && random.chance(5)) {
      const again = random.pick(held);
      held.push(again);
      body.push({ op: 'acq', operand: again });
    } else if (free.length > 0 && random.chance([100, 65, 35, 20][held.length] ?? 10)) {
      const lock = random.pick(free);
      held.push(lock);
      body.push({ op: 'acq', operand: lock });
    } else if (held.length > 0) {
      body.push(release(held, random.chance(85) ? held.length - 1 : random.below(held.length)));
    }
  }
  const kept = random.chance(10) ? random.below(held.length + 1) : 0;
  while (held.length > kept) body.push(release(held, held.length - 1));
  return body;
}

function release(held: string[], at: number): Step {
  return { op: 'rel', operand: held.splice(at, 1)[0]! };
}

function runOnce({ threads, steps }: Program, random: RandomNumbers, requests: boolean): string[] {
  const rows: { readonly thread: string; readonly op: Op | 'req'; readonly operand: string; readonly location: number }[] = [];
  const executed = new Map(threads.map((thread) => [thread, 0]));
  const held = new Map<string, string[]>(threads.map((thread) => [thread, []]));
  const asked = new Map<string, (typeof rows)[number]>();
  const notForked = new Set([...steps.values()].flatMap((body) => body.flatMap(({ op, operand }) => (op === 'fork' ? [operand] : []))));
  const next = (thread: string): Step | undefined => (notForked.has(thread) ? undefined : steps.get(thread)![executed.get(thread)!]);
  const canTake = (thread: string, lock: string): boolean => threads.every((other) => other === thread || !held.get(other)!.includes(lock));
  const isOver = (thread: string): boolean => executed.get(thread) === steps.get(thread)!.length;
  const isEnabled = (thread: string): boolean => {
    const step = next(thread);
    if (step?.op === 'acq') return canTake(thread, step.operand) || (requests && !asked.has(thread));
    return step !== undefined && (step.op !== 'join' || isOver(step.operand));
  };
  const steady = random.pick([0, 50, 80]);
  let thread = threads[0]!;
  for (;;) {
    const enabled = threads.filter(isEnabled);
    if (enabled.length === 0) break;
    if (!enabled.includes(thread) || !random.chance(steady)) thread = random.pick(enabled);
    const { op, operand } = next(thread)!;
    const location = 100 * threads.indexOf(thread) + executed.get(thread)!;
    if (op === 'acq' && requests && !asked.has(thread)) {
      const request = { thread, op: 'req' as const, operand, location };
      asked.set(thread, request);
      rows.push(request);
      continue;
    }
    asked.delete(thread);
    rows.push({ thread, op, operand, location });
    executed.set(thread, executed.get(thread)! + 1);
    if (op === 'acq') held.get(thread)!.push(operand);
    if (op === 'rel') held.get(thread)!.splice(held.get(thread)!.lastIndexOf(operand), 1);
    if (op === 'fork') notForked.delete(operand);
  }
  // A request that was never granted would be a deadlock that was observed.
  const granted = rows.filter((row) => ![...asked.values()].includes(row));
  return granted.map((row) => `${row.thread}|${row.op}(${row.operand})|${row.location}`);
}
