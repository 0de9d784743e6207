/**
 * What a careful reader would spot in a call log, without an allocator: claims of a wrong size class, double frees, blocks never freed.
 * One pass; memory for the block ids that the log names, whatever its length. Cost of a call: one or two probes of a hash table.
 *
 * Size classes are jemalloc's, alignments included: a claim is rounded by the size and flags of the free, a block by those of the call that
 * returned it. Each claim is judged as 4.5.0 and as 5.3.0 round it: for alignments of a page or more they differ. 4.5.0 has one more
 * way: where `rallocx` leaves a block in its place because it is aligned already, it gets the class of its size alone. Addresses tell, and a log
 * does not have them all: claims for blocks that may have stayed are called doubtful, unless they fit neither class.
 */
import { alignmentOf } from '../../jemalloc/flags.js';
import { index2size } from '../../jemalloc/size-classes.js';
import { CallKind, type CallLog, callNames } from '../../trace/call-log.js';
import type { CallSink } from '../../trace/call-sink.js';
import { tellCalls } from '../../trace/tell-calls.js';
import { type BlockRow, BlockTable, NO_CALL } from './block-table.js';
import type { CheckedBlock, CheckedCall, CheckResult, ClassPair, DoubleFree, ReusedId, SizedFree, UnknownBlock, VersionTotal, WrongFree, ZeroSize } from './check-result.js';
import { classOf, mayStay, NO_CLASS, type Request, type Version } from './classes.js';
import { judge } from './judge.js';
import { neverFreed } from './never-freed.js';
import { ShortList } from './short-list.js';

/** Hears the calls of a log that may be wrong, and judges them. */
export class LogCheck implements CallSink {
  readonly #trace: string;
  readonly #blocks = new BlockTable();
  readonly #doubleFrees = new ShortList<DoubleFree>();
  readonly #unknownBlocks = new ShortList<UnknownBlock>();
  readonly #reusedIds = new ShortList<ReusedId>();
  readonly #zeroSizes = new ShortList<ZeroSize>();
  readonly #pairs = new Map<string, ClassPair>();
  readonly #versions = new Map<Version, VersionTotal>();
  readonly #mismatches = new ShortList<WrongFree>(1);
  readonly #harmless = new ShortList<SizedFree>(1);
  readonly #doubtful = new ShortList<SizedFree>(1);
  #calls = 0;
  #sizedFrees = 0;

  /** @param trace the name of the log */
  constructor(trace: string) {
    this.#trace = trace;
  }

  mallocx(id: number, size: number, flags: number, thread: number): void {
    this.#calls++;
    this.#give(CallKind.mallocx, id, size, flags, NO_CLASS, thread);
  }

  rallocx(id: number, newId: number, size: number, flags: number, thread: number): void {
    this.#calls++;
    const block = this.#take(CallKind.rallocx, id, thread);
    const inPlaceClass = block === undefined ? NO_CLASS : this.#inPlaceClass(block, request(size, flags));
    this.#give(CallKind.rallocx, newId, size, flags, inPlaceClass, thread);
  }

  sdallocx(id: number, claimed: number, flags: number, thread: number): void {
    this.#calls++;
    this.#sizedFrees++;
    if (claimed === 0) this.#zeroSizes.add(() => ({ ...this.#callAt(CallKind.sdallocx, thread), id }));
    const block = this.#take(CallKind.sdallocx, id, thread);
    if (block !== undefined) this.#judge(block, request(claimed, flags), thread);
  }

  dallocx(id: number, _flags: number, thread: number): void {
    this.#calls++;
    this.#take(CallKind.dallocx, id, thread);
  }

  texit(): void {
    this.#calls++;
  }

  /** What was found so far. Cost: one pass over the blocks. */
  result(): CheckResult {
    return {
      trace: this.#trace,
      calls: this.#calls,
      sizedFrees: this.#sizedFrees,
      mismatches: {
        ...this.#mismatches.head(),
        versions: [...this.#versions.values()].toSorted((a, b) => a.version.localeCompare(b.version)),
        pairs: [...this.#pairs.values()].toSorted((a, b) => b.count - a.count || a.firstCall - b.firstCall),
      },
      harmless: this.#harmless.head(),
      doubtful: this.#doubtful.head(),
      doubleFrees: this.#doubleFrees.list(),
      unknownBlocks: this.#unknownBlocks.list(),
      reusedIds: this.#reusedIds.list(),
      zeroSizes: this.#zeroSizes.list(),
      neverFreed: neverFreed(this.#blocks, (row) => this.#block(row)),
    };
  }

  /** A block begins its life. */
  #give(kind: CallKind, id: number, size: number, flags: number, inPlaceClass: number, thread: number): void {
    if (size === 0) this.#zeroSizes.add(() => ({ ...this.#callAt(kind, thread), id }));
    const before = this.#blocks.find(id);
    if (before !== -1 && this.#blocks.freed(before) === NO_CALL) {
      this.#reusedIds.add(() => ({ ...this.#callAt(kind, thread), id, born: this.#bornAt(before) }));
    }
    this.#blocks.bear(id, request(size, flags), inPlaceClass, this.#calls, kind, thread);
  }

  /** A block ends its life. @returns it, if it was live */
  #take(kind: CallKind, id: number, thread: number): BlockRow | undefined {
    const row = this.#blocks.find(id);
    if (row === -1) {
      this.#unknownBlocks.add(() => ({ ...this.#callAt(kind, thread), id }));
      // From now on it is known, as freed.
      this.#blocks.end(this.#blocks.bear(id, UNKNOWN, NO_CLASS, NO_CALL, kind, thread), this.#calls, kind, thread);
      return undefined;
    }
    if (this.#blocks.freed(row) !== NO_CALL) {
      this.#doubleFrees.add(() => ({ ...this.#callAt(kind, thread), id, freed: this.#freedAt(row) }));
      return undefined;
    }
    this.#blocks.end(row, this.#calls, kind, thread);
    return row;
  }

  /** The class that 4.5.0 gives a block of which `wanted` is asked by rallocx, if it can stay in its place; {@link NO_CLASS} if there is no other. */
  #inPlaceClass(row: BlockRow, wanted: Request): number {
    if (wanted.alignment === 0) return NO_CLASS;
    const plain = classOf('4.5.0', { asked: wanted.asked, alignment: 0 });
    if (plain === classOf('4.5.0', wanted)) return NO_CLASS;
    const stays = mayStay(classOf('4.5.0', this.#blocks.request(row)), plain) || mayStay(this.#blocks.inPlaceClass(row), plain);
    return stays ? plain : NO_CLASS;
  }

  #judge(row: BlockRow, claim: Request, thread: number): void {
    const block = this.#blocks.request(row);
    const { wrongFor, doubtful } = judge(block, this.#blocks.inPlaceClass(row), claim);
    if (doubtful) this.#doubtful.add(() => this.#sizedFree(row, claim, thread));
    const [version] = wrongFor;
    if (version !== undefined) {
      const onlyFor = wrongFor.length === 1 ? { onlyFor: version } : {};
      this.#mismatches.add(() => ({ ...this.#sizedFree(row, claim, thread), ...onlyFor }));
      this.#count(usableOf(version, block), usableOf(version, claim), onlyFor);
      for (const each of wrongFor) this.#countFor(each);
    } else if (!doubtful && claim.asked !== 0 && claim.asked !== block.asked && classOf('4.5.0', block) !== NO_CLASS) {
      this.#harmless.add(() => this.#sizedFree(row, claim, thread));
    }
  }

  #sizedFree(row: BlockRow, claim: Request, thread: number): SizedFree {
    const [usable, usable530] = [usableOf('4.5.0', claim), usableOf('5.3.0', claim)];
    return {
      ...this.#callAt(CallKind.sdallocx, thread),
      block: this.#block(row),
      claimed: claim.asked,
      claimedUsable: usable,
      ...(usable530 === usable ? {} : { claimedUsable530: usable530 }),
      ...(claim.alignment === 0 ? {} : { claimedAlignment: claim.alignment }),
    };
  }

  #count(usable: number, claimedUsable: number, onlyFor: { readonly onlyFor?: Version }): void {
    const key = `${usable} ${claimedUsable} ${onlyFor.onlyFor}`;
    const known = this.#pairs.get(key);
    this.#pairs.set(key, {
      usable,
      claimedUsable,
      count: (known?.count ?? 0) + 1,
      firstCall: known?.firstCall ?? this.#calls,
      lastCall: this.#calls,
      ...onlyFor,
    });
  }

  #countFor(version: Version): void {
    const known = this.#versions.get(version);
    this.#versions.set(version, { version, count: (known?.count ?? 0) + 1, firstCall: known?.firstCall ?? this.#calls });
  }

  #block(row: BlockRow): CheckedBlock {
    const block = this.#blocks.request(row);
    const [usable, usable530] = [usableOf('4.5.0', block), usableOf('5.3.0', block)];
    const inPlaceClass = this.#blocks.inPlaceClass(row);
    return {
      id: this.#blocks.id(row),
      asked: block.asked,
      usable,
      ...(usable530 === usable ? {} : { usable530 }),
      ...(inPlaceClass === NO_CLASS ? {} : { usableInPlace: index2size(inPlaceClass) }),
      ...(block.alignment === 0 ? {} : { alignment: block.alignment }),
      born: this.#bornAt(row),
    };
  }

  #callAt(kind: CallKind, thread: number, call = this.#calls): CheckedCall {
    return { call, name: callNames[kind], thread: `t${thread}` };
  }

  #bornAt(row: BlockRow): CheckedCall {
    return this.#callAt(this.#blocks.bornKind(row), this.#blocks.bornThread(row), this.#blocks.born(row));
  }

  #freedAt(row: BlockRow): CheckedCall {
    return this.#callAt(this.#blocks.freedKind(row), this.#blocks.freedThread(row), this.#blocks.freed(row));
  }
}

/** What {@link LogCheck} says of a log that is read already. Cost: one pass over its calls. */
export function checkLog(log: CallLog): CheckResult {
  const check = new LogCheck(log.name);
  tellCalls(log, check);
  return check.result();
}

const UNKNOWN: Request = { asked: 0, alignment: 0 };

/** What a size and flags ask for. */
function request(size: number, flags: number): Request {
  return { asked: size, alignment: alignmentOf(flags) };
}

/** Bytes of the class that `version` gives a request; 0 if it has none. */
function usableOf(version: Version, asked: Request): number {
  const index = classOf(version, asked);
  return index === NO_CLASS ? 0 : index2size(index);
}
