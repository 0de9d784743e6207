/** `safety_check_fail_sized_dealloc`: what a debug build prints before it ends the process. */
import { size2index } from '../size-classes.js';

/** Its numbers are no sizes: it takes the indices of the classes for sizes, and prints the classes of those. */
export function sizeMismatch(trueClass: number, claimedClass: number, block: number): string {
  const sizes = `true size ${classOf(trueClass)} vs input size ${classOf(claimedClass)}`;
  const source = `source address: 0x${block.toString(16)}, the current pointer being freed`;
  return `<jemalloc>: size mismatch detected (${sizes}), likely caused by application sized deallocation bugs (${source}). Suggest building with --enable-debug or address sanitizer for debugging. Abort.`;
}

function classOf(size: number): number {
  return size === 0 ? 0 : size2index(size);
}
