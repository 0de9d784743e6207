/**
 * Which patterns of a trace are deadlocks of the program: first those that are reached when the order of critical sections is kept, then, within
 * bounds, those that take another one. What is called proved was replayed on the trace.
 * Cost: a walk over the stored trace, O(steps inside) for each pattern, one more walk to replay; then what the bounds of the search allow.
 */
import { Mode } from '../../trace/event.js';
import type { LockId } from '../../trace/event.js';
import type { EventStore } from '../../trace/event-store.js';
import type { Registry } from '../../trace/registry.js';
import { modeOf, objectOf } from '../order/acquire-tree.js';
import type { AcquireTree } from '../order/acquire-tree.js';
import type { InstanceRole } from '../order/order-roles.js';
import type { Pattern } from '../order/pattern-search.js';
import { AcquireGroups } from './acquire-groups.js';
import { Closure } from './closure.js';
import type { Parts } from './parts.js';
import { recordTrace } from './record-trace.js';
import { ReorderSearch } from './reorder-search.js';
import type { SearchOutcome } from './reorder-search.js';
import { syncPreserving } from './sync-preserving.js';
import type { Reached } from './sync-preserving.js';
import { traceShape } from './trace-facts.js';
import { witnesses } from './witness.js';
import type { Proposal, StepList, Witness } from './witness.js';

export interface PredictionInput {
  readonly store: EventStore;
  readonly registry: Registry;
  readonly tree: AcquireTree;
  readonly role: InstanceRole;
  /** By key. */
  readonly patterns: ReadonlyMap<string, Pattern>;
  /** Locks that were not used as locks are: nothing that takes part of them is proved. */
  readonly misused: ReadonlySet<LockId>;
  /** Most steps to list of a schedule, and of all of them. */
  readonly listed: Pick<StepList, 'each'> & { readonly all: number };
}

/**
 * `searched`: no order of the events reaches it; `unreachable`: not even one in which reads may see other writes; `kept-order`: none that keeps the order of
 * semaphores, barriers and misused locks; `gave-up`: the search ended at its bound; `disorder`: the order of the trace is not that of the run.
 */
export type Verdict = Witness | Exclude<SearchOutcome, Reached> | 'disorder';

/** Steps of closures that all patterns together may take. */
const MOST_STEPS = 400_000_000;

/** @returns a verdict for each pattern, by key */
export function* predict(input: PredictionInput): Parts<Map<string, Verdict>> {
  const { store, registry, tree, role, patterns, misused } = input;
  const verdicts = new Map<string, Verdict>();
  if (patterns.size === 0) return verdicts;
  const groups = new AcquireGroups(tree, patterns.values());
  const trace = yield* recordTrace(store, registry, tree, role, groups, misused);
  const shape = traceShape(registry, misused);
  const listed = { each: input.listed.each, left: input.listed.all };
  const prove = function* (reached: ReadonlyMap<string, Proposal>): Parts<void> {
    const keys = new Map([...reached].map(([key, proposed]) => [proposed, key]));
    for (const witness of yield* witnesses(store, shape, [...reached.values()], listed)) verdicts.set(keys.get(witness.proposal)!, witness);
  };
  try {
    if (trace.isInDisorder) {
      for (const key of patterns.keys()) verdicts.set(key, 'disorder');
      return verdicts;
    }
    const closure = new Closure(trace.records);
    const kept = new Map<string, Proposal>();
    for (const [key, pattern] of patterns) {
      const isMisused = pattern.some((node) => involves(tree, role, node, misused));
      verdicts.set(key, isMisused ? 'kept-order' : 'gave-up');
      if (isMisused || closure.read > MOST_STEPS) continue;
      const reached = yield* syncPreserving(pattern, tree, groups, trace.instances, closure);
      if (reached !== undefined) kept.set(key, proposal(pattern, tree, role, reached, []));
    }
    yield* prove(kept);
    const search = new ReorderSearch({ store, shape, tree, groups, instances: trace.instances });
    const reordered = new Map<string, Proposal>();
    for (const [key, pattern] of patterns) {
      if (typeof verdicts.get(key) === 'object' || verdicts.get(key) === 'kept-order' || closure.read > MOST_STEPS) continue;
      const outcome = yield* search.search(pattern);
      if (typeof outcome === 'string') verdicts.set(key, outcome);
      else reordered.set(key, proposal(pattern, tree, role, outcome, outcome.tail));
    }
    yield* prove(reordered);
  } finally {
    trace.records.close();
  }
  return verdicts;
}

function proposal(pattern: Pattern, tree: AcquireTree, role: InstanceRole, { rows, cut }: Reached, tail: readonly number[]): Proposal {
  const stops = pattern.map((node, i) => {
    const mode = modeOf(tree.want(node));
    const object = objectOf(tree.want(node));
    return { thread: tree.thread(node), object: mode === Mode.join ? object : role.lock(object), mode, row: rows[i]! };
  });
  return { stops, cut, tail };
}

/** Whether an acquire wants or holds one of some locks. */
function involves(tree: AcquireTree, role: InstanceRole, node: number, locks: ReadonlySet<LockId>): boolean {
  if (locks.size === 0) return false;
  for (let at = node; !tree.isRoot(at); at = tree.parent(at)) {
    const want = tree.want(at);
    if (modeOf(want) !== Mode.join && locks.has(role.lock(objectOf(want)))) return true;
  }
  return false;
}
