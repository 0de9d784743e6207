/** Calls that no program may make and that the models refuse, where jemalloc has nothing defined. */

/** @throws RangeError with the call's name if the size is no natural number */
export function checkSize(by: string, size: number): void {
  if (Number.isInteger(size) && size > 0) return;
  throw new RangeError(`${by}: the size must be a whole number of bytes from 1, and is ${size}`);
}

/** What is thrown where call `by` gets an address at which no block is. */
export function noBlockAt(by: string, address: number): RangeError {
  return new RangeError(`${by}: no block is at 0x${address.toString(16)}; pass an address that mallocx or rallocx returned`);
}
