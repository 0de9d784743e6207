/**
 * What a check of a call log found. Plain data; what `alloc-model check --format json` prints. Totals are exact, lists are short.
 * Classes are told by their bytes, as jemalloc 4.5.0 has them where nothing else is said.
 */
import type { callNames } from '../../trace/call-log.js';
import type { Version } from './classes.js';

/** A call of the log, and who made it. What it was called with stands beside it. */
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
  /** The same of jemalloc 5.3.0, where it differs. */
  readonly usable530?: number;
  /** What it has in 4.5.0 if the `rallocx` that returned it left it in its place; absent if that cannot be, or makes no difference. */
  readonly usableInPlace?: number;
  /** In bytes; absent if none was asked for. */
  readonly alignment?: number;
  /** The call that returned it. */
  readonly born: CheckedCall;
}

/** A deallocation that claims a size. */
export interface SizedFree extends CheckedCall {
  readonly block: CheckedBlock;
  readonly claimed: number;
  /** Bytes of the size class of the claim; 0 if no class is that large. */
  readonly claimedUsable: number;
  /** The same of jemalloc 5.3.0, where it differs. */
  readonly claimedUsable530?: number;
  /** In bytes; absent if none was claimed. */
  readonly claimedAlignment?: number;
}

/** A deallocation that claims another size class than the block's. */
export interface WrongFree extends SizedFree {
  /** The version whose classes make it wrong; absent: in both it is. */
  readonly onlyFor?: Version;
}

/** What one version takes for wrong. */
export interface VersionTotal {
  readonly version: Version;
  readonly count: number;
  readonly firstCall: number;
}

/** All deallocations that claim one size class for blocks of another one. */
export interface ClassPair {
  readonly usable: number;
  readonly claimedUsable: number;
  readonly count: number;
  readonly firstCall: number;
  readonly lastCall: number;
  /** The version whose classes these are, if in the other one the claims are not wrong. */
  readonly onlyFor?: Version;
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
  /** Those whose claim is in another size class than the block, in 4.5.0, in 5.3.0, or in both. */
  readonly mismatches: {
    readonly count: number;
    readonly first?: WrongFree;
    /** Of the versions for which some are wrong. */
    readonly versions: readonly VersionTotal[];
    /** Most calls first. */
    readonly pairs: readonly ClassPair[];
  };
  /** Those whose claim is another number of bytes in the same size class: jemalloc cannot tell. */
  readonly harmless: { readonly count: number; readonly first?: SizedFree };
  /**
   * Those of which only a replay can tell whether jemalloc 4.5.0 takes them for wrong: the `rallocx` that aligned the block may have left it in its
   * place, with the class of its size alone. The claim is of that class, or of the one that the block has if it moved. It may be wrong
   * for 5.3.0 all the same, and then is among `mismatches`, too.
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
