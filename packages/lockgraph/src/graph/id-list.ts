/** A list of ids that keeps its memory when it is emptied, so that what fills it again and again allocates nothing. */
import { doubled } from './columns.js';

export class IdList {
  /** The ids, of which the first {@link length} count; replaced by a longer column when it is full. */
  ids = new Int32Array(16);
  length = 0;

  /** O(1) on average. */
  push(id: number): void {
    if (this.length === this.ids.length) this.ids = doubled(this.ids);
    this.ids[this.length++] = id;
  }
}
