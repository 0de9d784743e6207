/**
 * What one run has shown of the order of lock classes, taken from the order of its locks. Requests with nothing held, and waits for the end of a
 * thread, are not in it: they are nothing without their run.
 * Cost: a walk over what is held for each distinct acquire of the run.
 */
import { Mode } from '../../trace/event.js';
import type { ThreadId } from '../../trace/event.js';
import type { Registry } from '../../trace/registry.js';
import { AcquireFlag, modeOf, objectOf } from '../order/acquire-tree.js';
import type { AcquireId, AcquireTree } from '../order/acquire-tree.js';
import { isOrdered } from '../order/lock-order.js';
import type { LockOrder } from '../order/lock-order.js';
import type { Moment } from '../order/moments.js';
import type { PatternBook } from '../order/pattern-book.js';
import type { Pattern } from '../order/pattern-search.js';
import { compareText } from './knowledge.js';
import type { ClassUse, HoldMode, Knowledge, Nesting, Spot } from './knowledge.js';
import type { Member } from './known-patterns.js';
import { KnowledgeMerge } from './merge.js';

/** An order of locks, or of their classes. */
export interface OrderView {
  readonly order: Pick<LockOrder, 'tree'>;
  readonly book: PatternBook;
  /** The class of what the order speaks of. */
  readonly className: (object: number) => string;
}

export interface RunOrder {
  /** Name of the run or its trace. */
  readonly trace: string;
  /** Whether no parts of the run are missing. */
  readonly complete: boolean;
  readonly registry: Registry;
  /** The order of the locks themselves, from the beginning of the run on. */
  readonly instances: OrderView;
  /** Absent where each lock is a class of its own. */
  readonly classes: OrderView | undefined;
  readonly spot: (moment: Moment) => Spot;
}

/** Locks held at an acquire, at most: what deeper nestings would say is the square of their depth, and is left out as a gap. */
const DEEPEST = 256;

/** Ways of having a lock, the one that excludes least first. */
const MODES: readonly (readonly [Mode, HoldMode])[] = [
  [Mode.shared, 'shared'],
  [Mode.upgradable, 'upgradable'],
  [Mode.exclusive, 'exclusive'],
];

export function gather(run: RunOrder): Knowledge {
  const merge = new KnowledgeMerge();
  if (!run.complete) merge.addGap();
  gatherSeveral(run.registry, merge);
  gatherProfiles(run, merge);
  gatherPatterns(run.instances, run.registry, merge);
  if (run.classes !== undefined) gatherPatterns(run.classes, run.registry, merge);
  return merge.knowledge();
}

function gatherSeveral(registry: Registry, merge: KnowledgeMerge): void {
  if (!registry.hasClasses) return;
  const seen = new Set<string>();
  for (let lock = 0; lock < registry.lockCount; lock++) {
    const { kind, class: name } = registry.lock(lock);
    if (!isOrdered(kind)) continue;
    if (seen.has(name)) merge.addSeveral(name);
    seen.add(name);
  }
}

function gatherProfiles({ instances, trace, registry, spot }: RunOrder, merge: KnowledgeMerge): void {
  const { tree } = instances.order;
  const profiles = new Map<ThreadId, Set<number>>();
  for (let node = 0; node < tree.size; node++) {
    if (!tree.has(node, AcquireFlag.requested | AcquireFlag.tried)) continue;
    if (isTooDeep(tree, node)) {
      merge.addGap();
      continue;
    }
    const made = nestingAt(node, instances);
    if (made === undefined) continue;
    const id = tree.thread(node);
    const nesting = merge.nesting(made.nesting);
    const profile = profiles.get(id) ?? new Set();
    profiles.set(id, profile);
    if (profile.has(nesting)) continue;
    profile.add(nesting);
    const requestedAt = spot(tree.requestedAt(node)!);
    const acquiredAt = made.holds.map((hold) => spot(tree.acquiredAt(node, hold)!));
    merge.addExample(nesting, { thread: registry.threads.name(id), trace, requestedAt, acquiredAt });
  }
  for (const [thread, profile] of profiles) merge.addProfile(registry.threads.name(thread), profile);
}

function gatherPatterns(view: OrderView, registry: Registry, merge: KnowledgeMerge): void {
  for (const pattern of view.book.patterns.values()) {
    const members = membersOf(pattern, view, registry, merge);
    if (members !== undefined) merge.addMeeting(members.map(([nesting]) => nesting));
  }
  for (const pattern of view.book.refutedAs('ordered').values()) {
    const members = membersOf(pattern, view, registry, merge);
    if (members !== undefined) merge.addApart(members);
  }
}

/** Who makes which nesting; undefined where the classes make no pattern of it, as that of a lock after another one of its class. */
function membersOf(pattern: Pattern, view: OrderView, registry: Registry, merge: KnowledgeMerge): Member[] | undefined {
  const members: Member[] = [];
  const wanted = new Set<string>();
  for (const node of pattern) {
    if (isTooDeep(view.order.tree, node)) return undefined;
    const made = nestingAt(node, view);
    if (made === undefined || made.isWithinClass) return undefined;
    wanted.add(made.nesting.wants.class);
    members.push([merge.nesting(made.nesting), registry.threads.name(view.order.tree.thread(node))]);
  }
  return wanted.size === pattern.length ? members : undefined;
}

function isTooDeep(tree: AcquireTree, node: AcquireId): boolean {
  let at = node;
  for (let depth = 0; depth <= DEEPEST; depth++) {
    at = tree.parent(at);
    if (tree.isRoot(at)) return false;
  }
  return true;
}

interface MadeNesting {
  readonly nesting: Omit<Nesting, 'examples'>;
  /** The acquires of what is held, in the order of `held`. */
  readonly holds: readonly AcquireId[];
  /** Whether another lock of the class that is wanted is held: that is a matter of instances, and left out. */
  readonly isWithinClass: boolean;
}

/** An acquire by classes; undefined if none of another class is held, or no lock is wanted. */
function nestingAt(node: AcquireId, { order: { tree }, className }: OrderView): MadeNesting | undefined {
  const want = tree.want(node);
  if (modeOf(want) === Mode.join) return undefined;
  const wanted = className(objectOf(want));
  const holds = new Map<string, AcquireId>();
  for (let at = tree.parent(node); !tree.isRoot(at); at = tree.parent(at)) {
    const name = className(objectOf(tree.want(at)));
    const known = holds.get(name);
    if (known === undefined || strength(tree, at) >= strength(tree, known)) holds.set(name, at);
  }
  const isWithinClass = holds.delete(wanted);
  if (holds.size === 0) return undefined;
  const sorted = [...holds].toSorted(([one], [other]) => compareText(one, other));
  return {
    nesting: {
      wants: use(wanted, tree, node),
      held: sorted.map(([name, hold]) => use(name, tree, hold)),
      tried: !tree.has(node, AcquireFlag.requested),
    },
    holds: sorted.map(([, hold]) => hold),
    isWithinClass,
  };
}

function use(name: string, tree: AcquireTree, node: AcquireId): ClassUse {
  return { class: name, mode: MODES[strength(tree, node)]![1] };
}

function strength(tree: AcquireTree, node: AcquireId): number {
  const mode = modeOf(tree.want(node));
  return MODES.findIndex(([code]) => code === mode);
}
