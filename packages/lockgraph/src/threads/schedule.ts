/**
 * A schedule: which thread made each step of a run, in order. As text it is run-length coded, `t1*3 t2 t1`, and can be pasted back.
 * A step is what a thread does from one scheduling point (its start, a request, a join, a yield) up to its next.
 */
import { inQuotes, quoteName, unquoteName } from './quote.js';
import { ScheduleError } from './simulation-error.js';

/** `count` steps on end of one thread. */
export interface ScheduleRun {
  readonly thread: string;
  readonly count: number;
}

const TOKEN = /\s+|("(?:[^"\\]|\\.)*"|[^\s"*]+)(?:\*([^\s]*))?(?=\s|$)/y;

/** @throws ScheduleError with the place, where the text is no schedule */
export function parseSchedule(text: string): ScheduleRun[] {
  const runs: ScheduleRun[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text);
    if (token === null) throw notASchedule(text, at, 'a thread');
    const name = token[1];
    if (name === undefined) continue;
    const count = token[2] === undefined ? 1 : /^[1-9]\d*$/.test(token[2]) ? Number(token[2]) : Number.NaN;
    if (!Number.isSafeInteger(count)) throw notASchedule(text, at, 'a count from 1');
    try {
      runs.push({ thread: unquoteName(name), count });
    } catch {
      throw notASchedule(text, at, 'a name in JSON quotes');
    }
  }
  return runs;
}

export function formatSchedule(runs: Iterable<ScheduleRun>): string {
  const words: string[] = [];
  for (const { thread, count } of runs) words.push(count === 1 ? quoteName(thread) : `${quoteName(thread)}*${count}`);
  return words.join(' ');
}

function notASchedule(text: string, at: number, expected: string): ScheduleError {
  const shown = text.slice(at, at + 40).split(/\s/, 1)[0]!;
  return new ScheduleError(
    `the schedule has ${inQuotes(shown)} at column ${at + 1}, where ${expected} should be; ` +
      'a schedule is threads in the order of their steps, as in: t1*3 t2 "odd name"*2',
  );
}

/** Records the steps of a run, run-length coded. Cost of a step: a comparison and an addition. Memory: 12 bytes a switch of threads. */
export class ScheduleRecorder {
  #task = new Int32Array(16);
  #count = new Float64Array(16);
  #last = -1;
  #steps = 0;

  get steps(): number {
    return this.#steps;
  }

  /** @param task any number that stands for the thread */
  step(task: number): void {
    this.#steps++;
    if (this.#last >= 0 && this.#task[this.#last] === task) {
      this.#count[this.#last]!++;
      return;
    }
    this.#last++;
    if (this.#last === this.#task.length) this.#grow();
    this.#task[this.#last] = task;
    this.#count[this.#last] = 1;
  }

  /** @param nameOf the name of the thread that a number stands for */
  *runs(nameOf: (task: number) => string): Iterable<ScheduleRun> {
    for (let i = 0; i <= this.#last; i++) yield { thread: nameOf(this.#task[i]!), count: this.#count[i]! };
  }

  #grow(): void {
    const task = new Int32Array(this.#task.length * 2);
    task.set(this.#task);
    this.#task = task;
    const count = new Float64Array(this.#count.length * 2);
    count.set(this.#count);
    this.#count = count;
  }
}
