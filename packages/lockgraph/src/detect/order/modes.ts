/** Which ways of having a lock exclude each other. */
import { Mode } from '../../trace/event.js';

/** Whether who wants a lock in one mode has to wait for another thread that holds it in the other one. Symmetric. */
export function conflict(one: Mode, other: Mode): boolean {
  if (one === Mode.shared) return other !== Mode.shared && other !== Mode.upgradable;
  if (one === Mode.upgradable) return other !== Mode.shared;
  return true;
}
