/** Which of the places where a nesting was made are kept: that does not depend on the order in which they come. */
import { compareText, MOST_EXAMPLES } from './knowledge.js';
import type { Example } from './knowledge.js';

export class Examples {
  /** The least of each thread. */
  readonly #ofThread = new Map<string, Example>();

  add(example: Example): void {
    const known = this.#ofThread.get(example.thread);
    if (known !== undefined && compareExamples(known, example) <= 0) return;
    this.#ofThread.set(example.thread, example);
    if (known === undefined && this.#ofThread.size > MOST_EXAMPLES) this.#ofThread.delete([...this.#ofThread.keys()].toSorted(compareText).at(-1)!);
  }

  list(): Example[] {
    return [...this.#ofThread.values()].toSorted((one, other) => compareText(one.thread, other.thread));
  }
}

/** A total order. What tells people most comes first. */
function compareExamples(one: Example, other: Example): number {
  return (
    vagueness(one) - vagueness(other) ||
    compareText(one.trace, other.trace) ||
    one.requestedAt.event - other.requestedAt.event ||
    compareText(textOf(one), textOf(other))
  );
}

function vagueness({ requestedAt: { site, stack, line } }: Example): number {
  if (site !== undefined) return 0;
  if (stack !== undefined) return 1;
  return line === undefined ? 3 : 2;
}

function textOf({ requestedAt, acquiredAt }: Example): string {
  return JSON.stringify([requestedAt, ...acquiredAt].map(({ event, line, site, stack }) => [event, line, site, stack]));
}
