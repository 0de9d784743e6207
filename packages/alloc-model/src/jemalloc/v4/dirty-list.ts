/** Free pages that have been written to (`runs_dirty` and `chunks_cache`), in the order in which they were given back. */

/** A free run or a cached extent, as a link of the list. */
export interface DirtyLink {
  readonly isExtent: boolean;
  dirtyPrevious: DirtyLink | undefined;
  dirtyNext: DirtyLink | undefined;
}

/** A doubly linked list through its elements. All operations cost the same. */
export class DirtyList {
  #first: DirtyLink | undefined = undefined;
  #last: DirtyLink | undefined = undefined;

  get oldest(): DirtyLink | undefined {
    return this.#first;
  }

  /** Adds `link`, which is in no list, as the newest. */
  add(link: DirtyLink): void {
    link.dirtyPrevious = this.#last;
    link.dirtyNext = undefined;
    if (this.#last === undefined) this.#first = link;
    else this.#last.dirtyNext = link;
    this.#last = link;
  }

  /** Takes `link` out, which is in this list. */
  remove(link: DirtyLink): void {
    const { dirtyPrevious, dirtyNext } = link;
    if (dirtyPrevious === undefined) this.#first = dirtyNext;
    else dirtyPrevious.dirtyNext = dirtyNext;
    if (dirtyNext === undefined) this.#last = dirtyPrevious;
    else dirtyNext.dirtyPrevious = dirtyPrevious;
    link.dirtyPrevious = undefined;
    link.dirtyNext = undefined;
  }
}
