/** A number that looks random, the same for the same integer (the finalizer of MurmurHash3). */
export function mixed(integer: number): number {
  let hash = integer ^ (integer >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
