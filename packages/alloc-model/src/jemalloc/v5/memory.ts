/**
 * The memory that edata lie in, word by word: what is read and changed where jemalloc goes beyond the bitmap of a slab. Behind an edata
 * lies the next one, or what else the base allocator gave away, or memory that it has not given away yet, which is zero.
 */
import { UndefinedBehaviour } from '../../allocator.js';
import type { AddressSpace } from '../address-space.js';
import { type Edata, EDATA_BYTES, type EdataMemory } from './edata.js';
import { edataWord, setEdataWord } from './edata-words.js';

const WORD_BYTES = 8;

/** What is left of a block of the base allocator; behind it, nothing is known. */
export interface Unused {
  readonly address: number;
  readonly size: number;
}

export class Memory implements EdataMemory {
  readonly #addressSpace: AddressSpace;
  readonly #edatas = new Map<number, Edata>();
  readonly #unused: Unused[] = [];
  /** Memory that is given away for other things than edata. */
  readonly #others: Unused[] = [];
  /** Words that are no part of an edata, and are not zero. */
  readonly #words = new Map<number, bigint>();

  constructor(addressSpace: AddressSpace) {
    this.#addressSpace = addressSpace;
  }

  /** An edata is there from now on. */
  add(edata: Edata): void {
    this.#edatas.set(edata.address, edata);
    if (this.#words.size === 0) return;
    for (let i = 0; i < EDATA_BYTES / WORD_BYTES; i++) {
      const value = this.#words.get(edata.address + i * WORD_BYTES);
      if (value !== undefined) setEdataWord(edata, i, value, this);
      this.#words.delete(edata.address + i * WORD_BYTES);
    }
  }

  /** Memory that is not given away yet: it is zero, but for what damage changes. `unused` may become less. */
  addUnused(unused: Unused): void {
    this.#unused.push(unused);
  }

  /** Memory for other things than edata: it is zero, but for what is set. */
  addOther(other: Unused): void {
    this.#others.push(other);
  }

  /** The edata that lies at an address. */
  edata(address: number): Edata | undefined {
    return this.#edatas.get(address);
  }

  /** The 64-bit word at an address. */
  word(address: number): bigint {
    const edata = this.#edatas.get(address - (address % EDATA_BYTES));
    if (edata !== undefined) return edataWord(edata, (address % EDATA_BYTES) / WORD_BYTES);
    const value = this.#words.get(address);
    if (value !== undefined) return value;
    this.#check(address);
    return 0n;
  }

  setWord(address: number, value: bigint): void {
    const edata = this.#edatas.get(address - (address % EDATA_BYTES));
    if (edata !== undefined) setEdataWord(edata, (address % EDATA_BYTES) / WORD_BYTES, value, this);
    else {
      this.#check(address);
      if (value === 0n) this.#words.delete(address);
      else this.#words.set(address, value);
    }
  }

  /** The address of the first word from `address` on that is not zero. */
  firstNonZero(address: number): number {
    let at = address;
    while (this.word(at) === 0n) {
      at += WORD_BYTES;
      // Nothing but zeros follows, up to where nothing is mapped.
      if (this.#words.size === 0 && isWithin(this.#unused, at)) throw beyond(at);
    }
    return at;
  }

  /** @throws UndefinedBehaviour if nothing is mapped at an address, which whoever gets the block there finds out */
  checkMapped(address: number): void {
    if (this.#addressSpace.isMapped(address)) return;
    throw new UndefinedBehaviour(`a slab that is damaged gives the region at 0x${address.toString(16)}, where nothing is mapped: whoever gets the block is killed there`);
  }

  #check(address: number): void {
    if (!isWithin(this.#unused, address) && !isWithin(this.#others, address)) throw beyond(address);
  }
}

function isWithin(areas: readonly Unused[], at: number): boolean {
  return areas.some(({ address, size }) => address <= at && at < address + size);
}

function beyond(address: number): UndefinedBehaviour {
  return new UndefinedBehaviour(
    `a slab counts more free regions than its bitmap has, or a region that it does not have is freed: memory at 0x${address.toString(16)} is taken for a part of the bitmap, and holds no edata`,
  );
}
