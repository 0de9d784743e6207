/** Records of locks and unlocks, made up. */
import { EventKind, Mode, Registry } from 'lockgraph';
import { LockRecord } from '../../../../packages/alloc-model/src/lab/replay/lock-record.js';

/** Lines as `12 lock a free flush`: the call, what it does, the lock, and the stack. */
export function recordOf(...lines: string[]): LockRecord {
  const registry = new Registry();
  const record = new LockRecord(registry);
  const kinds: Readonly<Record<string, EventKind>> = { want: EventKind.request, lock: EventKind.acquire, unlock: EventKind.release };
  for (const line of lines) {
    const [call, what, lock, ...stack] = line.split(' ');
    const id = registry.findLock(lock!) ?? registry.addLock({ name: lock! });
    const context = stack.reduce((at, frame) => registry.calls.child(at, registry.calls.frame(frame)), 0);
    record.event(0, kinds[what!]!, 0, id, Mode.exclusive, context, Number(call));
  }
  record.end();
  return record;
}
