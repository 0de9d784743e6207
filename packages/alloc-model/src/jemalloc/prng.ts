/** The linear congruential generator that places large blocks within their first page: 64 bits, kept in two halves. */
const A_LOW = 0x4c957f2d;
const A_HIGH = 0x5851f42d;
const C_LOW = 0xf767814f;
const C_HIGH = 0x14057b7e;
const TWO_32 = 0x1_0000_0000;

export class Prng {
  #low: number;
  #high: number;

  /** @param seed a natural number below 2^53 */
  constructor(seed: number) {
    this.#low = seed >>> 0;
    this.#high = Math.floor(seed / TWO_32) >>> 0;
  }

  /** The next number of `bits` bits, 1 to 32. */
  next(bits: number): number {
    const low = this.#low;
    const product = multiply(low, A_LOW);
    const sum = product.low + C_LOW;
    this.#high = (product.high + Math.imul(low, A_HIGH) + Math.imul(this.#high, A_LOW) + C_HIGH + (sum >= TWO_32 ? 1 : 0)) >>> 0;
    this.#low = sum >>> 0;
    return this.#high >>> (32 - bits);
  }
}

/** The 64 bits of the product of two 32-bit numbers. */
function multiply(a: number, b: number): { low: number; high: number } {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lows = aLow * bLow;
  const cross = aHigh * bLow + Math.floor(lows / 0x10000);
  const middle = aLow * bHigh + (cross % 0x10000);
  return {
    low: ((middle % 0x10000) * 0x10000 + (lows % 0x10000)) >>> 0,
    high: aHigh * bHigh + Math.floor(cross / 0x10000) + Math.floor(middle / 0x10000),
  };
}
