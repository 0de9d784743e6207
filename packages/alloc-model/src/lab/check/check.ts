/**
 * What a careful reader would spot in a call log, without an allocator: claims of a wrong size class, double frees, blocks never freed.
 * One pass; memory for the block ids that the log names, whatever its length. Cost of a call: one or two probes of a hash table.
 *
 * Size classes are jemalloc's, alignments included: a claim is rounded by the size and flags of the free, a block by those of the call that
 * returned it. It is assumed that `rallocx` gives the block the class of what it asks for. jemalloc 4.5.0 does not always: a block
 * that is aligned already and stays where it is gets the class of the size alone, and a correct claim then passes for a wrong one.
 * Only a replay knows addresses, and so sees that: such claims are called doubtful.
 */
import { alignmentOf } from '../../jemalloc/flags.js';
import { index2size, s2u, size2index } from '../../jemalloc/size-classes.js';
import { sa2u } from '../../jemalloc/v4/bin-info.js';
import { CallKind, type CallLog, callNames } from '../../trace/call-log.js';
import type { CallSink } from '../../trace/call-sink.js';
import { BlockTable, type Life, NO_CALL, NO_CLASS, type Request } from './block-table.js';
import type { CheckedBlock, CheckedCall, CheckResult, ClassPair, ClassTotal, DoubleFree, ReusedId, SizedFree, UnknownBlock, ZeroSize } from './check-result.js';
import { SHORT, ShortList } from './short-list.js';
import { tellCalls } from '../../trace/tell-calls.js';

/** Hears the calls of a log that may be wrong, and judges them. */
export class LogCheck implements CallSink {
  readonly #trace: string;
  readonly #blocks = new BlockTable();
  readonly #doubleFrees = new ShortList<DoubleFree>();
  readonly #unknownBlocks = new ShortList<UnknownBlock>();
  readonly #reusedIds = new ShortList<ReusedId>();
  readonly #zeroSizes = new ShortList<ZeroSize>();
  readonly #pairs = new Map<number, ClassPair>();
  readonly #mismatches = new ShortList<SizedFree>(1);
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
    this.#give(CallKind.mallocx, id, size, flags, thread);
  }

  rallocx(id: number, newId: number, size: number, flags: number, thread: number): void {
    this.#calls++;
    this.#take(CallKind.rallocx, id, thread);
    this.#give(CallKind.rallocx, newId, size, flags, thread);
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
        pairs: [...this.#pairs.values()].toSorted((a, b) => b.count - a.count || a.firstCall - b.firstCall),
      },
      harmless: this.#harmless.head(),
      doubtful: this.#doubtful.head(),
      doubleFrees: this.#doubleFrees.list(),
      unknownBlocks: this.#unknownBlocks.list(),
      reusedIds: this.#reusedIds.list(),
      zeroSizes: this.#zeroSizes.list(),
      neverFreed: this.#neverFreed(),
    };
  }

  /** A block begins its life. */
  #give(kind: CallKind, id: number, size: number, flags: number, thread: number): void {
    if (size === 0) this.#zeroSizes.add(() => ({ ...this.#callAt(kind, thread), id }));
    const before = this.#blocks.find(id);
    if (before !== -1 && this.#blocks.freed(before) === NO_CALL) {
      this.#reusedIds.add(() => ({ ...this.#callAt(kind, thread), id, born: this.#bornAt(before) }));
    }
    this.#blocks.bear(id, request(size, flags), this.#calls, kind, thread);
  }

  /** A block ends its life. @returns it, if it was live */
  #take(kind: CallKind, id: number, thread: number): Life | undefined {
    const life = this.#blocks.find(id);
    if (life === -1) {
      this.#unknownBlocks.add(() => ({ ...this.#callAt(kind, thread), id }));
      // From now on it is known, as freed.
      this.#blocks.end(this.#blocks.bear(id, UNKNOWN, NO_CALL, kind, thread), this.#calls, kind, thread);
      return undefined;
    }
    if (this.#blocks.freed(life) !== NO_CALL) {
      this.#doubleFrees.add(() => ({ ...this.#callAt(kind, thread), id, freed: this.#freedAt(life) }));
      return undefined;
    }
    this.#blocks.end(life, this.#calls, kind, thread);
    return life;
  }

  /** Compares a claim with its block. */
  #judge(life: Life, claim: Request, thread: number): void {
    const trueClass = this.#blocks.sizeClass(life);
    if (trueClass === NO_CLASS || claim.sizeClass === NO_CLASS) return;
    if (claim.sizeClass !== trueClass) {
      this.#mismatches.add(() => this.#sizedFree(life, claim, thread));
      this.#count(trueClass, claim.sizeClass);
      return;
    }
    if (this.#blocks.bornKind(life) === CallKind.rallocx && this.#blocks.alignment(life) !== 0 && s2u(claim.asked) !== index2size(trueClass)) {
      this.#doubtful.add(() => this.#sizedFree(life, claim, thread));
    }
    if (claim.asked !== this.#blocks.asked(life)) {
      this.#harmless.add(() => this.#sizedFree(life, claim, thread));
    }
  }

  #sizedFree(life: Life, { asked, sizeClass, alignment }: Request, thread: number): SizedFree {
    return {
      ...this.#callAt(CallKind.sdallocx, thread),
      block: this.#block(life),
      claimed: asked,
      claimedUsable: index2size(sizeClass),
      ...(alignment === 0 ? {} : { claimedAlignment: alignment }),
    };
  }

  #count(trueClass: number, claimedClass: number): void {
    const key = trueClass * (NO_CLASS + 1) + claimedClass;
    const known = this.#pairs.get(key);
    this.#pairs.set(key, {
      usable: index2size(trueClass),
      claimedUsable: index2size(claimedClass),
      count: (known?.count ?? 0) + 1,
      firstCall: known?.firstCall ?? this.#calls,
      lastCall: this.#calls,
    });
  }

  #neverFreed(): CheckResult['neverFreed'] {
    const blocks = this.#blocks;
    const classes = new Map<number, ClassTotal>();
    /** The {@link SHORT} oldest, oldest first. */
    const oldest: Life[] = [];
    let count = 0;
    let bytes = 0;
    for (let life = 0; life < blocks.length; life++) {
      if (blocks.freed(life) !== NO_CALL) continue;
      count++;
      bytes += blocks.asked(life);
      const usable = this.#usable(life);
      const known = classes.get(usable);
      classes.set(usable, { usable, count: (known?.count ?? 0) + 1, bytes: (known?.bytes ?? 0) + blocks.asked(life) });
      if (oldest.length === SHORT && blocks.born(oldest[SHORT - 1]!) < blocks.born(life)) continue;
      oldest.push(life);
      oldest.sort((a, b) => blocks.born(a) - blocks.born(b));
      oldest.length = Math.min(oldest.length, SHORT);
    }
    return {
      count,
      bytes,
      classes: [...classes.values()].toSorted((a, b) => b.bytes - a.bytes || a.usable - b.usable),
      first: oldest.map((life) => this.#block(life)),
      omitted: count - oldest.length,
    };
  }

  #block(life: Life): CheckedBlock {
    const alignment = this.#blocks.alignment(life);
    return {
      id: this.#blocks.id(life),
      asked: this.#blocks.asked(life),
      usable: this.#usable(life),
      ...(alignment === 0 ? {} : { alignment }),
      born: this.#bornAt(life),
    };
  }

  #usable(life: Life): number {
    const known = this.#blocks.sizeClass(life);
    return known === NO_CLASS ? 0 : index2size(known);
  }

  #callAt(kind: CallKind, thread: number, call = this.#calls): CheckedCall {
    return { call, name: callNames[kind], thread: `t${thread}` };
  }

  #bornAt(life: Life): CheckedCall {
    return this.#callAt(this.#blocks.bornKind(life), this.#blocks.bornThread(life), this.#blocks.born(life));
  }

  #freedAt(life: Life): CheckedCall {
    return this.#callAt(this.#blocks.freedKind(life), this.#blocks.freedThread(life), this.#blocks.freed(life));
  }
}

/** What {@link LogCheck} says of a log that is read already. */
export function checkLog(log: CallLog): CheckResult {
  const check = new LogCheck(log.name);
  tellCalls(log, check);
  return check.result();
}

const UNKNOWN: Request = { asked: 0, sizeClass: NO_CLASS, alignment: 0 };

/** What a size and flags ask for. */
function request(size: number, flags: number): Request {
  const alignment = alignmentOf(flags);
  const usable = size === 0 ? 0 : alignment === 0 ? s2u(size) : sa2u(size, alignment);
  return { asked: size, sizeClass: usable === 0 ? NO_CLASS : size2index(usable), alignment };
}
