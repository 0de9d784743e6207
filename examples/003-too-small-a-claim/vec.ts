/** Rust's growing array, and the slice in a box that one makes of it when it will not grow any more. */
import type { GlobalAlloc, Layout, Pointer } from './heap.js';

/** The layout of an array of so many elements. */
function array(element: Layout, length: number): Layout {
  return { size: element.size * length, align: element.align };
}

export class Vec<T> {
  readonly items: T[] = [];
  readonly #heap: GlobalAlloc;
  readonly #element: Layout;
  #pointer: Pointer;
  #capacity: number;

  /** @param capacity elements that there is room for at once, at least 1 */
  constructor(heap: GlobalAlloc, element: Layout, capacity: number) {
    this.#heap = heap;
    this.#element = element;
    this.#pointer = heap.alloc(array(element, capacity));
    this.#capacity = capacity;
  }

  push(item: T): void {
    if (this.items.length === this.#capacity) this.#resize(this.#capacity * 2);
    this.items.push(item);
  }

  /** Gives back the room behind the last element. */
  shrinkToFit(): void {
    if (this.items.length < this.#capacity) this.#resize(this.items.length);
  }

  /** The box gets the vector's memory; the vector is not used any more. */
  intoBox(): BoxedSlice<T> {
    return new BoxedSlice(this.#heap, this.#element, this.#pointer, this.items);
  }

  drop(): void {
    this.#heap.dealloc(this.#pointer, array(this.#element, this.#capacity));
  }

  #resize(capacity: number): void {
    const { size } = array(this.#element, capacity);
    this.#pointer = this.#heap.realloc(this.#pointer, array(this.#element, this.#capacity), size);
    this.#capacity = capacity;
  }
}

/** A pointer and a length, at least 1. It knows no capacity: its block has room for its elements and no more, or so it believes. */
export class BoxedSlice<T> {
  readonly items: readonly T[];
  readonly #heap: GlobalAlloc;
  readonly #element: Layout;
  readonly #pointer: Pointer;

  constructor(heap: GlobalAlloc, element: Layout, pointer: Pointer, items: readonly T[]) {
    this.#heap = heap;
    this.#element = element;
    this.#pointer = pointer;
    this.items = items;
  }

  drop(): void {
    this.#heap.dealloc(this.#pointer, array(this.#element, this.items.length));
  }
}

/** How a vector that is complete becomes a box. */
export type Boxing = <T>(vec: Vec<T>) => BoxedSlice<T>;

/** The bug: nobody remembers the room behind the last element, so the box claims too little when it is dropped. */
export const boxAsItIs: Boxing = (vec) => vec.intoBox();

/** The repair. */
export const boxToFit: Boxing = (vec) => {
  vec.shrinkToFit();
  return vec.intoBox();
};
