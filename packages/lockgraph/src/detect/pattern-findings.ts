/** Turns patterns of a lock order into findings, by name. Runs only when something is found. */
import { Mode } from '../trace/event.js';
import type { ThreadId } from '../trace/event.js';
import { acquireEntry, requestEntry } from './cycle-entries.js';
import type { Finding, HistoryEntry, Place, RefutedPattern, Waiter } from './finding.js';
import { findingId } from './finding-id.js';
import { heldBy } from './held.js';
import { modeOf, objectOf } from './order/acquire-tree.js';
import type { AcquireId, AcquireTree, Want } from './order/acquire-tree.js';
import type { Moment } from './order/moments.js';
import type { Refuted } from './order/pattern-book.js';
import type { Pattern } from './order/pattern-search.js';
import type { Places } from './places.js';
import { NONE } from './state/columns.js';
import { sharedMode, waitMode } from './wait-mode.js';

/** What the threads and the locks of an order are called. */
export interface OrderNames {
  readonly thread: (thread: ThreadId) => string;
  readonly object: (object: number) => string;
}

export class PatternFindings {
  readonly #names: OrderNames;
  readonly #places: Pick<Places, 'place'>;
  readonly #tree: AcquireTree;
  readonly #byClass: boolean;

  constructor(names: OrderNames, places: Pick<Places, 'place'>, tree: AcquireTree, byClass: boolean) {
    this.#names = names;
    this.#places = places;
    this.#tree = tree;
    this.#byClass = byClass;
  }

  /** A pattern as it was first seen, neither proved nor refuted. */
  finding(pattern: Pattern): Finding {
    const tree = this.#tree;
    const cycle = pattern.map((node, i) => this.#waiter(node, tree.want(pattern.at(i - 1)!)));
    const kind = pattern.some((node) => modeOf(tree.want(node)) === Mode.join) ? 'deadlock' : 'lock-order';
    const locks = pattern.filter((node) => modeOf(tree.want(node)) !== Mode.join).map((node) => this.#names.object(objectOf(tree.want(node))));
    const parts = cycle.map(({ thread, wants, mode, held, requestedAt }) => JSON.stringify([thread, wants, mode, held, requestedAt.stack ?? [], requestedAt.site ?? '']));
    return {
      id: findingId(kind, [...(this.#byClass ? ['class'] : []), ...parts.toSorted()]),
      kind,
      evidence: 'possible',
      threads: cycle.map(({ thread }) => thread),
      locks,
      cycle,
      history: historyOf(cycle),
      count: 1,
      ...(this.#byClass ? { byClass: true } : undefined),
    };
  }

  /**
   * The same finding at other events: where it was reached.
   * @param moments for each entry of its cycle, the request, and the acquire of what it holds, if that is a lock
   */
  reached(finding: Finding, moments: readonly { readonly requested: Moment; readonly acquired: Moment | undefined }[]): Finding {
    const cycle = finding.cycle.map((waiter, i) => {
      const { requested, acquired } = moments[i]!;
      return {
        ...waiter,
        requestedAt: this.#place(requested),
        ...(acquired === undefined ? undefined : { acquiredAt: this.#place(acquired) }),
      };
    });
    return { ...finding, cycle, history: historyOf(cycle) };
  }

  refuted({ reason, pattern, object }: Refuted): RefutedPattern {
    const tree = this.#tree;
    return {
      reason,
      cycle: pattern.map((node, i) => ({
        thread: this.#names.thread(tree.thread(node)),
        wants: this.#wants(tree.want(node)),
        holds: this.#wants(tree.want(pattern.at(i - 1)!)),
      })),
      ...(object === NONE ? undefined : { by: this.#names.object(object) }),
    };
  }

  /** @param before what the acquire before this one wants */
  #waiter(node: AcquireId, before: Want): Waiter {
    const tree = this.#tree;
    const want = tree.want(node);
    const holds = modeOf(before) === Mode.join ? undefined : this.#names.object(objectOf(before));
    const hold = holds === undefined ? NONE : tree.findInWay(node, before);
    const acquired = hold === NONE ? undefined : tree.acquiredAt(node, hold);
    const holdsMode = hold === NONE ? undefined : sharedMode(modeOf(tree.want(hold)));
    return {
      thread: this.#names.thread(tree.thread(node)),
      wants: this.#wants(want),
      mode: waitMode(modeOf(want)),
      ...(holds === undefined ? undefined : { holds }),
      ...(holdsMode === undefined ? undefined : { holdsMode }),
      ...heldBy(this.#heldAt(node), tree.depth(node), holds),
      // A pattern is made of what was wanted, so that there is a moment for each of its acquires.
      requestedAt: this.#place(tree.requestedAt(node)!),
      ...(acquired === undefined ? undefined : { acquiredAt: this.#place(acquired) }),
    };
  }

  /** Newest first. */
  *#heldAt(node: AcquireId): Generator<string> {
    const tree = this.#tree;
    for (let at = tree.parent(node); !tree.isRoot(at); at = tree.parent(at)) yield this.#names.object(objectOf(tree.want(at)));
  }

  #place({ event, call }: Moment): Place {
    return this.#places.place(event, call, 0);
  }

  #wants(want: Want): string {
    return modeOf(want) === Mode.join ? this.#names.thread(objectOf(want)) : this.#names.object(objectOf(want));
  }
}

/** The acquires and requests that a pattern rests on, oldest first; those of several runs, run by run. */
function historyOf(cycle: readonly Waiter[]): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  for (const waiter of cycle) {
    const acquired = acquireEntry(waiter);
    if (acquired !== undefined) entries.push(acquired);
    entries.push(requestEntry(waiter));
  }
  const traces = cycle.map(({ requestedAt }) => requestedAt.trace);
  return entries.toSorted((one, other) => traces.indexOf(one.trace) - traces.indexOf(other.trace) || one.event - other.event);
}
