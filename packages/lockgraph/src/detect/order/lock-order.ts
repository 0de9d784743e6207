/**
 * The order in which locks are taken, while they are taken: which lock was wanted while which was held, and the deadlock patterns that a request
 * completes. Locks stand for themselves, or each for its class.
 *
 * Cost: a request that is known is a probe; a new one a probe for each lock that is held, and about a microsecond for each arrow of the graph that
 * is new. Calling contexts are kept only for what is new. Memory: about 60 bytes for each distinct nesting of two locks.
 */
import { Mode } from '../../trace/event.js';
import type { CallId, LockId, ThreadId } from '../../trace/event.js';
import type { LockKind } from '../../trace/registry.js';
import { grownIds, NONE } from '../state/columns.js';
import { AcquireFlag, AcquireTree, modeOf, wantOf } from './acquire-tree.js';
import type { AcquireId, Want } from './acquire-tree.js';
import { Contexts } from './contexts.js';
import { PatternSearch } from './pattern-search.js';
import type { Flaw, Pattern } from './pattern-search.js';
import { RequestGraph } from './request-graph.js';
import type { Segments } from './segments.js';

/** What a lock counts as. */
export interface LockRole {
  object(lock: LockId): number;
  /** The lock's life is over. @returns what it counted as, if that is over too; else {@link NONE} */
  end(lock: LockId): number;
  /** Whether who holds `object` holds one and the same lock. */
  isOneLock(object: number): boolean;
  /** Whether each object is a lock, which a thread can hold in several modes at once. */
  readonly hasModes: boolean;
}

/** Whether locks of a kind have holders, and so an order. */
export function isOrdered(kind: LockKind): boolean {
  return kind === 'mutex' || kind === 'rwlock';
}

/** Is told of cycles of requests; of one cycle maybe more than once, in another order of what is held. */
export interface PatternListener {
  pattern(pattern: Pattern): void;
  refuted(cycle: Pattern, flaw: Flaw): void;
  /** Some requests of a pattern are kept apart by fork and join, semaphores or barriers, as far as the run has come. */
  ordered(pattern: Pattern): void;
}

export class LockOrder {
  readonly tree = new AcquireTree();
  readonly contexts: Contexts;
  readonly search: PatternSearch;
  readonly role: LockRole;
  readonly #graph = new RequestGraph(this.tree);
  readonly #segments: Segments;
  readonly #listener: PatternListener;
  /** By thread, the acquire that it asked for last: most likely the next one that it gets. */
  #requests = new Int32Array(0);
  /** The segment in which an acquire was wanted last; NONE is the first one. */
  #segmentOf = new Int32Array(0);
  #hasLearned = false;
  /** Whether any lock was wanted but exclusively: only then can its holder want it once more, and wait. */
  #anyShared = false;

  /** @param maxCycle acquires of a pattern, at most */
  constructor(role: LockRole, segments: Segments, maxCycle: number, listener: PatternListener) {
    this.role = role;
    this.contexts = new Contexts(this.tree, role.hasModes);
    this.#segments = segments;
    this.#listener = listener;
    this.search = new PatternSearch(this.tree, this.#graph.index, {
      maxCycle,
      onCycle: (one, other) => this.#graph.onCycle(one, other),
      isOneLock: (object) => role.isOneLock(object),
    });
  }

  /** Whether anything was wanted yet: all else is what is held. */
  get hasLearned(): boolean {
    return this.#hasLearned;
  }

  /** `thread` wants a lock, and waits if it has to. */
  request(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId): void {
    const want = wantOf(this.role.object(lock), mode);
    const node = this.contexts.next(thread, want);
    if (node === NONE || !this.#canWait(thread, want)) return;
    this.#wanted(event, thread, node, call, AcquireFlag.requested);
    if (thread >= this.#requests.length) this.#requests = grownIds(this.#requests, thread);
    this.#requests[thread] = node;
  }

  /** `thread` wants a lock, and has it: {@link request} and {@link acquire} in one. */
  take(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId): void {
    const want = wantOf(this.role.object(lock), mode);
    const node = this.contexts.next(thread, want);
    if (node === NONE) {
      this.contexts.again(thread, want);
      return;
    }
    if (this.#canWait(thread, want)) this.#wanted(event, thread, node, call, AcquireFlag.requested);
    this.tree.clear(node, AcquireFlag.waiting);
    this.contexts.enterAs(event, thread, node, call);
  }

  /** `thread` waits for another one to end. */
  requestJoin(event: number, thread: ThreadId, joined: ThreadId, call: CallId): void {
    this.#wanted(event, thread, this.#joinOf(thread, joined), call, AcquireFlag.requested);
  }

  /** `thread` has seen another one end, and would have waited for that. */
  join(event: number, thread: ThreadId, joined: ThreadId, call: CallId): void {
    const node = this.#joinOf(thread, joined);
    this.#wanted(event, thread, node, call, AcquireFlag.requested);
    if (this.tree.has(node, AcquireFlag.waiting)) this.tree.granted(node, event);
  }

  /** `thread` has a lock. @param requested that it would have waited for it, which {@link request} was told */
  acquire(event: number, thread: ThreadId, lock: LockId, mode: Mode, call: CallId, requested: boolean): void {
    const want = wantOf(this.role.object(lock), mode);
    const asked = requested && thread < this.#requests.length ? this.#requests[thread]! : NONE;
    const isAsked = asked !== NONE && this.tree.want(asked) === want && this.tree.parent(asked) === this.contexts.of(thread);
    const node = isAsked ? asked : this.contexts.next(thread, want);
    if (node === NONE) {
      this.contexts.again(thread, want);
      return;
    }
    if (!requested && this.#canWait(thread, want)) this.#wanted(event, thread, node, call, AcquireFlag.tried);
    if (this.tree.has(node, AcquireFlag.waiting)) this.tree.granted(node, event);
    this.contexts.enterAs(event, thread, node, call);
  }

  /** `thread` gives a request up. @returns the acquire, if it was never granted: it counts as one of a try-lock then; else {@link NONE} */
  cancel(thread: ThreadId, object: number, mode: Mode): AcquireId {
    const { tree } = this;
    const node = mode === Mode.join ? this.#joinOf(thread, object) : this.contexts.next(thread, wantOf(this.role.object(object), mode));
    if (node === NONE || !tree.has(node, AcquireFlag.waiting)) return NONE;
    tree.clear(node, AcquireFlag.requested | AcquireFlag.waiting);
    tree.set(node, AcquireFlag.tried);
    return node;
  }

  release(thread: ThreadId, lock: LockId, mode: Mode): void {
    this.contexts.leave(thread, wantOf(this.role.object(lock), mode));
  }

  /** A thread lost a lock, by somebody else's doing. */
  drop(thread: ThreadId, lock: LockId): void {
    const object = this.role.object(lock);
    if (this.role.hasModes) this.contexts.drop(thread, object);
    // It may hold others of the class.
    else this.contexts.leave(thread, wantOf(object, Mode.exclusive));
  }

  /** The life of a lock is over, and nobody holds it: what is known of its order is void. */
  end(lock: LockId): void {
    const object = this.role.end(lock);
    if (object !== NONE) this.#graph.remove(object);
  }

  #joinOf(thread: ThreadId, joined: ThreadId): AcquireId {
    return this.tree.child(this.contexts.of(thread), wantOf(joined, Mode.join));
  }

  /** A request that others cannot keep waiting is none. */
  #canWait(thread: ThreadId, want: Want): boolean {
    if (modeOf(want) !== Mode.exclusive) this.#anyShared = true;
    return !this.#anyShared || this.contexts.canWait(thread, want);
  }

  /**
   * Whether fork and join, semaphores or barriers keep two of the requests apart, as they were made last.
   * @param newest the one that was made after all others, so that it is before none
   */
  #isOrdered(pattern: Pattern, newest: AcquireId): boolean {
    if (!this.#segments.any) return false;
    return pattern.some((later) => pattern.some((earlier) => earlier !== later && earlier !== newest && this.#isBefore(earlier, later)));
  }

  #isBefore(earlier: AcquireId, later: AcquireId): boolean {
    return this.#segments.before(this.tree.thread(earlier), this.#segment(earlier), this.tree.thread(later), this.#segment(later));
  }

  #wanted(event: number, thread: ThreadId, node: AcquireId, call: CallId, flag: number): void {
    const { tree } = this;
    const known = tree.has(node, AcquireFlag.requested | AcquireFlag.tried);
    const moved = this.#segments.any && this.#moveTo(node, this.#segments.current(thread));
    if (tree.has(node, flag)) {
      if (moved && tree.has(node, AcquireFlag.ordered)) this.#patterns(node, false);
      return;
    }
    tree.set(node, flag);
    this.#hasLearned = true;
    // What a try-lock got, or was given up, says nothing of a request that waits.
    if (!known || flag === AcquireFlag.requested) {
      tree.place(node, event, call, this.contexts.newest(thread));
      tree.set(node, AcquireFlag.waiting);
    }
    if (!(known ? this.#graph.isCyclic(thread, node) : this.#graph.add(thread, node))) return;
    this.#patterns(node, true);
    this.search.flawed(node, (cycle, flaw) => this.#listener.refuted(cycle, flaw));
  }

  /** @param isNews whether those that are ordered are to be told, too */
  #patterns(node: AcquireId, isNews: boolean): void {
    this.search.patterns(node, (pattern) => {
      if (!this.#isOrdered(pattern, node)) {
        this.#listener.pattern(pattern);
        return;
      }
      if (!isNews) return;
      for (const one of pattern) this.tree.set(one, AcquireFlag.ordered);
      this.#listener.ordered(pattern);
    });
  }

  /** @returns whether the acquire was never wanted in this segment before */
  #moveTo(node: AcquireId, segment: number): boolean {
    if (node >= this.#segmentOf.length) this.#segmentOf = grownIds(this.#segmentOf, node);
    if (this.#segment(node) === segment) return false;
    this.#segmentOf[node] = segment;
    return true;
  }

  #segment(node: AcquireId): number {
    return node < this.#segmentOf.length ? Math.max(0, this.#segmentOf[node]!) : 0;
  }
}
