/**
 * A list of ids that says of any two which comes first: each has a label, and labels ascend. Where an id comes between two labels
 * that leave no room, the smallest enclosing range of labels that is sparse enough is spread out (Bender, Cole, Demaine,
 * Farach-Colton & Zito, "Two simplified algorithms for maintaining order in a list", 2002).
 * Cost: a comparison is two reads; an insertion O(log n) on average over any sequence. Memory: 16 bytes an id.
 */
import { doubled, NONE } from './columns.js';
import type { IdList } from './id-list.js';

/** Labels are integers from 0 up to, not including, this; doubles hold them and their differences exactly. */
const LABELS = 2 ** 52;
/** Distance of an id at the end from the one before it. */
const STRIDE = 2 ** 24;
/** A range of 2^i labels is sparse with at most (2/1.3)^i ids; all labels, with 5·10^9. */
const CROWD = 2 / 1.3;

export class OrderList {
  /** By id in the list: a lower label comes first. */
  label = new Float64Array(16);
  #next = new Int32Array(16);
  #previous = new Int32Array(16);
  #first = NONE;
  #last = NONE;

  /** The first id, or NONE. */
  get first(): number {
    return this.#first;
  }

  /** The id after this one, or NONE. */
  next(id: number): number {
    return this.#next[id]!;
  }

  /** Takes an id out. O(1). */
  remove(id: number): void {
    const previous = this.#previous[id]!;
    const next = this.#next[id]!;
    if (previous === NONE) this.#first = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last = previous;
    else this.#previous[next] = previous;
  }

  append(id: number): void {
    while (id >= this.label.length) this.#grow();
    const last = this.#last;
    this.#link(last, id, NONE);
    const label = last === NONE ? 0 : this.label[last]! + STRIDE;
    if (label < LABELS) this.label[id] = label;
    else this.#spread(id, id, 1, last);
  }

  /** Puts ids that are not in the list, in their order, before the id `before`, or at the end if it is NONE. */
  insert(list: IdList, before: number): void {
    const { ids, length } = list;
    if (length === 0) return;
    const after = before === NONE ? this.#last : this.#previous[before]!;
    let last = after;
    for (let i = 0; i < length; i++) {
      this.#link(last, ids[i]!, before);
      last = ids[i]!;
    }
    const low = after === NONE ? -1 : this.label[after]!;
    const high = before === NONE ? Math.min(LABELS, low + STRIDE * (length + 1)) : this.label[before]!;
    const stride = Math.floor((high - low) / (length + 1));
    if (stride === 0) this.#spread(ids[0]!, last, length, after === NONE ? before : after);
    else for (let i = 0; i < length; i++) this.label[ids[i]!] = low + stride * (i + 1);
  }

  /** Labels the `count` ids from `from` to `to`, which have none yet, and as many around them as it takes. `beside`, next to them, has one. */
  #spread(from: number, to: number, count: number, beside: number): void {
    const { label } = this;
    const next = this.#next;
    const previous = this.#previous;
    const anchor = label[beside]!;
    let left = from;
    let right = to;
    let crowd = count;
    let sparse = 1;
    for (let size = 1; ; size *= 2) {
      const start = Math.floor(anchor / size) * size;
      for (let id = previous[left]!; id !== NONE && label[id]! >= start; id = previous[left]!) {
        left = id;
        crowd++;
      }
      for (let id = next[right]!; id !== NONE && label[id]! < start + size; id = next[right]!) {
        right = id;
        crowd++;
      }
      if (crowd <= sparse || size === LABELS) {
        const stride = Math.floor(size / crowd);
        for (let id = left, at = start; ; id = next[id]!, at += stride) {
          label[id] = at;
          if (id === right) return;
        }
      }
      sparse *= CROWD;
    }
  }

  #link(previous: number, id: number, next: number): void {
    this.#previous[id] = previous;
    this.#next[id] = next;
    if (previous === NONE) this.#first = id;
    else this.#next[previous] = id;
    if (next === NONE) this.#last = id;
    else this.#previous[next] = id;
  }

  #grow(): void {
    this.#next = doubled(this.#next);
    this.#previous = doubled(this.#previous);
    const label = new Float64Array(this.label.length * 2);
    label.set(this.label);
    this.label = label;
  }
}
