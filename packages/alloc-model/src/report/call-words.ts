/** How reports write a call of a log, an address, and what a thread does with a lock. */
import type { LockStep } from '../lab/replay/lock-record.js';
import type { CallAt } from '../trace/call-at.js';

/** Without its number: `sdallocx(block 401, claimed 32)`. */
export function callText({ operation, arguments: values }: CallAt): string {
  const told = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return `${operation}(${told.join(', ')})`;
}

/** As in a sentence: `call 812, sdallocx(block 401, claimed 32)`. */
export function numberedCall(call: CallAt): string {
  return `call ${call.call}, ${callText(call)}`;
}

/** As `0x7ffff6a08000`. */
export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

/** As in "it locks arena0.bin[3].lock". */
export const lockVerbs: Readonly<Record<LockStep['what'], string>> = { lock: 'locks', unlock: 'unlocks', wait: 'waits for' };
