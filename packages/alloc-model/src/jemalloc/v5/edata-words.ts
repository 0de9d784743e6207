/** The fields of an edata as the 64-bit words that they are in memory. */
import { UndefinedBehaviour } from '../../allocator.js';
import { Edata, type EdataMemory, type ExtentState } from './edata.js';

/** Bits of the first word: arena, slab, committed, zeroed, state, class, free regions, and whether a mapping begins there. */
const ARENA = { shift: 0n, mask: 0xfffn };
const SLAB = 1n << 12n;
const COMMITTED = 1n << 13n;
const ZEROED = 1n << 15n;
const STATE = { shift: 17n, mask: 0x7n };
const SZIND = { shift: 20n, mask: 0xffn };
const NFREE = { shift: 28n, mask: 0x3ffn };
const HEAD = 1n << 44n;
/** All that the model has. */
const KNOWN = (1n << 38n) - 1n - (1n << 14n) - (1n << 16n) + HEAD;
const ESN_MASK = 0xfffn;
const WORD_MASK = 0xffff_ffffn;

/** Word `i` of an edata, 0 to 15. */
export function edataWord(edata: Edata, i: number): bigint {
  switch (i) {
    case 0:
      return bits(edata);
    case 1:
      return BigInt(edata.addr);
    case 2:
      return BigInt(edata.size + edata.esn);
    case 3:
      return edata.ps;
    case 4:
      return BigInt(edata.sn);
    case 5:
      return BigInt(edata.prev?.address ?? 0);
    case 6:
      return BigInt(edata.next?.address ?? 0);
    case 7:
      return BigInt(edata.lchild?.address ?? 0);
    default: {
      const low = (i - 8) * 2;
      return BigInt(edata.bitmap[low]!) + (BigInt(edata.bitmap[low + 1]!) << 32n);
    }
  }
}

/** @throws UndefinedBehaviour if the word is none that the model has a meaning for */
export function setEdataWord(edata: Edata, i: number, value: bigint, memory: EdataMemory): void {
  switch (i) {
    case 0:
      setBits(edata, value);
      break;
    case 1:
      edata.addr = Number(value);
      edata.strayAddr = true;
      break;
    case 2:
      edata.size = Number(value & ~ESN_MASK);
      edata.esn = Number(value & ESN_MASK);
      break;
    case 3:
      edata.ps = value;
      break;
    case 4:
      edata.sn = Number(value);
      break;
    case 5:
      edata.prev = pointer(edata, value, memory);
      break;
    case 6:
      edata.next = pointer(edata, value, memory);
      break;
    case 7:
      edata.lchild = pointer(edata, value, memory);
      break;
    default: {
      const low = (i - 8) * 2;
      edata.bitmap[low] = Number(value & WORD_MASK);
      edata.bitmap[low + 1] = Number(value >> 32n);
    }
  }
}

function bits(edata: Edata): bigint {
  let word = BigInt(edata.arenaInd) << ARENA.shift;
  if (edata.slab) word |= SLAB;
  if (edata.committed) word |= COMMITTED;
  if (edata.zeroed) word |= ZEROED;
  word |= BigInt(edata.state) << STATE.shift;
  word |= BigInt(edata.szind) << SZIND.shift;
  word |= BigInt(edata.nfree) << NFREE.shift;
  return edata.isHead ? word | HEAD : word;
}

function setBits(edata: Edata, word: bigint): void {
  if ((word & ~KNOWN) !== 0n) throw damaged(edata, 'what kind of pages it has');
  edata.arenaInd = Number((word >> ARENA.shift) & ARENA.mask);
  edata.slab = (word & SLAB) !== 0n;
  edata.committed = (word & COMMITTED) !== 0n;
  edata.zeroed = (word & ZEROED) !== 0n;
  edata.state = Number((word >> STATE.shift) & STATE.mask) as ExtentState;
  edata.szind = Number((word >> SZIND.shift) & SZIND.mask);
  edata.nfree = Number((word >> NFREE.shift) & NFREE.mask);
  edata.isHead = (word & HEAD) !== 0n;
}

function pointer(edata: Edata, value: bigint, memory: EdataMemory): Edata | null {
  if (value === 0n) return null;
  if (value > Number.MAX_SAFE_INTEGER) throw damaged(edata, 'a link of a heap');
  return memory.edata(Number(value)) ?? wild(edata, Number(value), memory);
}

/** What a link leads to that is the address of nothing: whoever follows it, is killed or worse. */
function wild(edata: Edata, address: number, memory: EdataMemory): Edata {
  const follow = (): never => {
    throw damaged(edata, 'a link of a heap, which is followed now');
  };
  return new Proxy(new Edata(address, 0, memory), { get: (_, field) => (field === 'address' ? address : follow()), set: follow });
}

function damaged(edata: Edata, what: string): UndefinedBehaviour {
  return new UndefinedBehaviour(`what jemalloc keeps of the extent at 0x${edata.base.toString(16)} is damaged, as the bits of its neighbour's regions: ${what}`);
}
