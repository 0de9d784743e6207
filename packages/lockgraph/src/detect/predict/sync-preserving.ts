/**
 * Decides of an abstract pattern whether an order of the trace's events that keeps the order of critical sections reaches it (SPDOffline of Tunç et
 * al., PLDI 2023): a choice of instances is reached exactly if the closure of all that comes before them holds none of them. The closure only grows
 * with later instances, so one that is inside is inside for good, and all choices together cost one closure.
 * Cost: O(steps inside the closure) a pattern.
 */
import type { ThreadId } from '../../trace/event.js';
import type { AcquireTree } from '../order/acquire-tree.js';
import type { Pattern } from '../order/pattern-search.js';
import type { AcquireGroups } from './acquire-groups.js';
import type { Closure } from './closure.js';
import type { Instances } from './instances.js';
import type { Parts } from './parts.js';

/** Where a pattern is reached. */
export interface Reached {
  /** For each acquire of the pattern, its row. */
  readonly rows: readonly number[];
  /** For each thread that takes part, the first row that is not executed: all before are, in the order of the trace. */
  readonly cut: ReadonlyMap<ThreadId, number>;
}

export function* syncPreserving(pattern: Pattern, tree: AcquireTree, groups: AcquireGroups, instances: Instances, closure: Closure): Parts<Reached | undefined> {
  const chosen = pattern.map((node) => ({ group: groups.of(node), thread: tree.thread(node), index: 0 }));
  if (chosen.some(({ group }) => instances.count(group) === 0)) return undefined;
  closure.clear();
  for (;;) {
    for (const { group, thread, index } of chosen) closure.include(thread, instances.pairs(group, index));
    if (!(yield* closure.close())) return undefined;
    let outside = true;
    for (const choice of chosen) {
      const { group, thread } = choice;
      const inside = closure.inside(thread);
      while (choice.index < instances.count(group) && instances.pairs(group, choice.index) < inside) {
        choice.index++;
        outside = false;
      }
      if (choice.index === instances.count(group)) return undefined;
    }
    if (!outside) continue;
    const cut = closure.cut();
    const rows = chosen.map(({ group, index }) => instances.row(group, index));
    for (const [i, { thread }] of chosen.entries()) cut.set(thread, rows[i]!);
    return { rows, cut };
  }
}
