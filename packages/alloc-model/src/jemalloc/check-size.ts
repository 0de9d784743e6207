/** What is checked of a call's size: jemalloc leaves 0 undefined. */

/** @throws RangeError with the call's name if the size is no natural number */
export function checkSize(by: string, size: number): void {
  if (Number.isInteger(size) && size > 0) return;
  throw new RangeError(`${by}: the size must be a whole number of bytes from 1, and is ${size}`);
}
