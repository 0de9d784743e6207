/** What a call of C's or C++'s functions asks of the allocator, in the words of jemalloc's `*allocx`. */
import { type CallArgument, type LoggedCall, loggedFunctions } from 'lockgraph';

const ZERO = 0x40;
const PAGE = 4096;
const LG_PAGE = 12;
/** The bits that jemalloc's `int flags` may have. */
const LARGEST_FLAGS = 2 ** 31 - 1;

export interface AskedOf {
  /** `grow`: in place, or not at all. */
  readonly kind: 'get' | 'resize' | 'grow' | 'free';
  /** Address of the block that it is about; 0 where there is none. */
  readonly block: number;
  /** Bytes asked for, or claimed; undefined for a free without a size. */
  readonly size: number | undefined;
  readonly flags: number;
}

/** @returns undefined for flags that no call can have */
export function askedOf({ name, values }: Pick<LoggedCall, 'name' | 'values'>): AskedOf | undefined {
  const { arguments: kinds, returns } = loggedFunctions.get(name)!;
  const value = (kind: CallArgument): number | undefined => {
    const at = kinds.indexOf(kind);
    return at === -1 ? undefined : values[at]!;
  };
  const block = value('block') ?? 0;
  const asked = value('size');
  const size = asked === undefined ? undefined : asked * (value('count') ?? 1);
  const flags = value('flags') ?? lgOf(value('align') ?? 1);
  if (flags > LARGEST_FLAGS) return undefined;
  if (returns === 'nothing') return { kind: 'free', block, size, flags };
  if (returns === 'size') return { kind: 'grow', block, size, flags };
  if (kinds.includes('block') && block !== 0) return { kind: 'resize', block, size, flags };
  switch (name) {
    case 'calloc':
      return { kind: 'get', block: 0, size, flags: ZERO };
    case 'valloc':
      return { kind: 'get', block: 0, size, flags: LG_PAGE };
    case 'pvalloc':
      return { kind: 'get', block: 0, size: Math.ceil(size! / PAGE) * PAGE, flags: LG_PAGE };
    default:
      return { kind: 'get', block: 0, size, flags };
  }
}

/** `MALLOCX_ALIGN(alignment)`: its logarithm. */
function lgOf(alignment: number): number {
  return Math.ceil(Math.log2(Math.max(alignment, 1)));
}
