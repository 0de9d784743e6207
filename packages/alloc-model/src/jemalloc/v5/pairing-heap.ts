/**
 * `ph_t`: a pairing heap through the links of its edata. Siblings are a list, whose first one has the parent as `prev`; what was
 * inserted lately hangs behind the root, in an auxiliary list. Removing leaves the links of the removed one as they are.
 * The links are followed as they are, also where something that is not in the heap was removed from it: what then becomes of the
 * lists is what becomes of them in the real one. Cost: amortised logarithmic.
 */
import { UndefinedBehaviour } from '../../allocator.js';
import type { Edata } from './edata.js';
import { ENDLESS, endless } from './endless.js';

type Compare = (a: Edata, b: Edata) => number;

export class PairingHeap {
  root: Edata | null = null;
  readonly #compare: Compare;
  /** What the heap holds, for sentences about it. */
  readonly #what: string;
  /** Inserts since the auxiliary list was merged. */
  #auxcount = 0;

  constructor(what: string, compare: Compare) {
    this.#what = what;
    this.#compare = compare;
  }

  /** `ph_first`: the least one. */
  first(): Edata | null {
    if (this.root === null) return null;
    this.#mergeAux(this.root);
    return this.root;
  }

  /** `ph_insert`. */
  insert(phn: Edata): void {
    phn.prev = null;
    phn.next = null;
    phn.lchild = null;
    const { root } = this;
    if (root === null) this.root = phn;
    else {
      if (this.#compare(phn, root) < 0) {
        phn.lchild = root;
        root.prev = phn;
        this.root = phn;
        this.#auxcount = 0;
        return;
      }
      this.#auxcount++;
      const { next } = root;
      phn.next = next;
      if (next !== null) next.prev = phn;
      phn.prev = root;
      root.next = phn;
    }
    if (this.#auxcount <= 1) return;
    // As many pairs are merged as the count of inserts before this one has zeros at its end.
    for (let count = this.#auxcount - 1; count % 2 === 0; count /= 2) if (this.#mergePair(this.root!)) return;
  }

  /** `ph_remove_first`. */
  removeFirst(): Edata | null {
    const first = this.first();
    if (first !== null) this.root = this.#mergeChildren(first);
    return first;
  }

  /** `ph_remove`. */
  remove(phn: Edata): void {
    if (this.root === phn) {
      if (phn.lchild === null) {
        this.root = phn.next;
        if (phn.next !== null) phn.next.prev = null;
        return;
      }
      this.#mergeAux(phn);
      if (this.#isRoot(phn)) {
        this.root = this.#mergeChildren(phn);
        return;
      }
    }
    const parent = phn.prev !== null && phn.prev.lchild === phn ? phn.prev : null;
    const replace = this.#mergeChildren(phn);
    const { next } = phn;
    if (replace !== null) {
      if (parent !== null) {
        replace.prev = parent;
        parent.lchild = replace;
      } else {
        replace.prev = phn.prev;
        if (phn.prev !== null) phn.prev.next = replace;
      }
      replace.next = phn.next;
      if (phn.next !== null) phn.next.prev = replace;
    } else {
      if (parent !== null) {
        parent.lchild = next;
        if (next !== null) next.prev = parent;
      } else this.#there(phn.prev).next = next;
      if (phn.next !== null) phn.next.prev = phn.prev;
    }
  }

  #isRoot(phn: Edata): boolean {
    return this.root === phn;
  }

  /** `ph_merge_aux`. */
  #mergeAux(root: Edata): void {
    this.#auxcount = 0;
    const { next } = root;
    if (next === null) return;
    root.prev = null;
    root.next = null;
    next.prev = null;
    this.root = this.#merge(root, this.#mergeSiblings(next));
  }

  /** `ph_try_aux_merge_pair`. Returns whether there is nothing more to merge. */
  #mergePair(root: Edata): boolean {
    const a = root.next;
    const b = a?.next ?? null;
    if (a === null || b === null) return true;
    const rest = b.next;
    a.next = null;
    a.prev = null;
    b.next = null;
    b.prev = null;
    const merged = this.#merge(a, b);
    merged.next = rest;
    if (rest !== null) rest.prev = merged;
    root.next = merged;
    merged.prev = root;
    return rest === null;
  }

  #mergeChildren({ lchild }: Edata): Edata | null {
    return lchild === null ? null : this.#mergeSiblings(lchild);
  }

  /** `phn_merge`. */
  #merge(a: Edata, b: Edata): Edata {
    return this.#compare(a, b) < 0 ? under(a, b) : under(b, a);
  }

  /** `phn_merge_siblings`: pairs first, then the pairs, in a queue through `next`. */
  #mergeSiblings(first: Edata): Edata {
    if (first.next === null) return first;
    let rest: Edata | null = first;
    let head: Edata | null = null;
    let tail: Edata | null = null;
    for (let steps = 0; rest !== null; steps++) {
      if (steps > ENDLESS) throw endless(`the heap of ${this.#what}`);
      const a: Edata = rest;
      const b: Edata | null = a.next;
      let merged = a;
      rest = null;
      if (b !== null) {
        rest = b.next;
        if (rest !== null) rest.prev = null;
        a.prev = null;
        a.next = null;
        b.prev = null;
        b.next = null;
        merged = this.#merge(a, b);
      }
      if (tail === null) head = merged;
      else tail.next = merged;
      tail = merged;
    }
    let a = head!;
    for (let steps = 0, b = a.next; b !== null; steps++) {
      if (steps > ENDLESS) throw endless(`the heap of ${this.#what}`);
      const next: Edata | null = b.next;
      a.next = null;
      b.next = null;
      const merged = this.#merge(a, b);
      if (next === null) return merged;
      tail!.next = merged;
      tail = merged;
      a = next;
      b = this.#there(a.next);
    }
    return a;
  }

  /** What a link leads to, which jemalloc takes for granted. */
  #there(edata: Edata | null): Edata {
    if (edata !== null) return edata;
    throw new UndefinedBehaviour(`the heap of ${this.#what} is damaged: a null link is followed, at which the process is killed`);
  }
}

/** `phn_merge_ordered`: `b` becomes the first child of `a`. */
function under(a: Edata, b: Edata): Edata {
  const child = a.lchild;
  b.prev = a;
  b.next = child;
  if (child !== null) child.prev = b;
  a.lchild = b;
  return a;
}
