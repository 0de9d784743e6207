import { ExtentNode } from './extent.js';

/** A huge block: whole chunks. */
export class HugeNode extends ExtentNode {
  /** Index of the arena that it belongs to. */
  readonly arena: number;
  /** Address of the node itself, a block of bin 8. */
  readonly node: number;

  constructor(address: number, usize: number, sn: number, arena: number, node: number) {
    super(address, usize, sn);
    this.arena = arena;
    this.node = node;
  }
}
