/** What a check of a call log found. Plain data; what `alloc-model check --format json` prints. Totals are exact, lists are short. */
import type { callNames } from '../../trace/call-log.js';

/** A call of the log. */
export interface CheckedCall {
  /** 1-based. */
  readonly call: number;
  readonly name: (typeof callNames)[number];
  readonly thread: string;
}

/** The first entries of a list, and how many there are more. */
export interface Bounded<Entry> {
  readonly count: number;
  readonly first: readonly Entry[];
  readonly omitted: number;
}

export interface CheckedBlock {
  readonly id: number;
  /** Bytes that were asked for last. */
  readonly asked: number;
  /** Bytes of the size class of that; 0 if no class is that large, or nothing was asked for. */
  readonly usable: number;
  /** In bytes; absent if none was asked for. */
  readonly alignment?: number;
  /** The call that returned it. */
  readonly born: CheckedCall;
}

/** A deallocation that claims a size. */
export interface SizedFree extends CheckedCall {
  readonly block: CheckedBlock;
  readonly claimed: number;
  /** Bytes of the size class of the claim. */
  readonly claimedUsable: number;
  /** In bytes; absent if none was claimed. */
  readonly claimedAlignment?: number;
}

/** All deallocations that claim one size class for blocks of another one. Classes are told by their bytes. */
export interface ClassPair {
  readonly usable: number;
  readonly claimedUsable: number;
  readonly count: number;
  readonly firstCall: number;
  readonly lastCall: number;
}

/** A free, or rallocx, of a block that is no more. */
export interface DoubleFree extends CheckedCall {
  readonly id: number;
  /** What freed it before. */
  readonly freed: CheckedCall;
}

export interface UnknownBlock extends CheckedCall {
  readonly id: number;
}

/** An id that is given to a block while another block has it. */
export interface ReusedId extends CheckedCall {
  readonly id: number;
  readonly born: CheckedCall;
}

export interface ZeroSize extends CheckedCall {
  readonly id: number;
}

/** Blocks of one size class. */
export interface ClassTotal {
  readonly usable: number;
  readonly count: number;
  /** Asked for. */
  readonly bytes: number;
}

export interface CheckResult {
  /** The name of the log. */
  readonly trace: string;
  readonly calls: number;
  /** Deallocations that claim a size. */
  readonly sizedFrees: number;
  /** Those whose claim is in another size class than the block. */
  readonly mismatches: {
    readonly count: number;
    readonly first?: SizedFree;
    /** Most calls first. */
    readonly pairs: readonly ClassPair[];
  };
  /** Those whose claim is another number of bytes in the same size class: jemalloc cannot tell. */
  readonly harmless: { readonly count: number; readonly first?: SizedFree };
  /**
   * Those whose claim is right, but which jemalloc 4.5.0 takes for wrong if the `rallocx` that aligned the block found it aligned already
   * and left it in its place: it then has the class of its size alone.
   */
  readonly doubtful: { readonly count: number; readonly first?: SizedFree };
  readonly doubleFrees: Bounded<DoubleFree>;
  /** Frees, or rallocx, of blocks that no call before returned. */
  readonly unknownBlocks: Bounded<UnknownBlock>;
  readonly reusedIds: Bounded<ReusedId>;
  /** Calls with a size of 0, of which jemalloc does not say what they do. */
  readonly zeroSizes: Bounded<ZeroSize>;
  /** Blocks that are live when the log ends. */
  readonly neverFreed: Bounded<CheckedBlock> & {
    /** Asked for. */
    readonly bytes: number;
    /** Most bytes first. */
    readonly classes: readonly ClassTotal[];
  };
}
