import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { LockState } from '../../../../packages/lockgraph/src/detect/state/lock-state.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { Registry } from '../../../../packages/lockgraph/src/trace/registry.js';

/** What a thread holds, in order: `lock*depth`. */
function held(state: LockState, thread: number): string {
  const names: string[] = [];
  const { holds } = state;
  for (let hold = holds.firstOfThread(thread); hold !== NONE; hold = holds.nextOfThread(hold)) {
    names.push(`${holds.lock(hold)}*${holds.depth(hold)}@${holds.event(hold)}`);
  }
  return names.join(' ');
}

const action = fc.tuple(
  fc.constantFrom('acquire', 'acquire', 'release', 'wrong', 'renew', 'request', 'cancel', 'exit'),
  fc.nat(5),
  fc.nat(40),
);

test('after any events the state agrees with a list of holds, and with itself', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 150, size: 'max' }), (actions) => {
      const registry = new Registry();
      for (let lock = 0; lock <= 40; lock++) {
        registry.addLock({ name: `m${lock}`, recursive: lock % 3 === 0, unlock: lock % 2 === 0 ? 'pthread' : 'throw' });
      }
      const state = new LockState(registry);
      let list: { thread: number; lock: number; depth: number; event: number }[] = [];
      for (const [i, [what, thread, lock]] of actions.entries()) {
        const event = i + 1;
        const mine = list.find((hold) => hold.lock === lock && hold.thread === thread);
        switch (what) {
          case 'acquire':
            state.acquire(event, thread, lock, Mode.exclusive, 0, 0, 0);
            if (mine !== undefined && lock % 3 === 0) mine.depth++;
            else list = [...list.filter((hold) => hold.lock !== lock), { thread, lock, depth: 1, event }];
            break;
          case 'release':
            state.release(thread, lock, Mode.exclusive, 0);
            if (mine !== undefined && --mine.depth === 0) list = list.filter((hold) => hold !== mine);
            break;
          case 'wrong':
            state.releaseWrongly(thread, lock);
            if (lock % 2 === 0) list = list.filter((hold) => hold.lock !== lock);
            break;
          case 'renew':
            state.renew(lock);
            list = list.filter((hold) => hold.lock !== lock);
            break;
          case 'request':
            if (!state.ended(thread)) state.request(event, thread, lock, Mode.exclusive, 0, 0, 0);
            break;
          case 'cancel':
            state.cancel(thread);
            break;
          case 'exit':
            state.exit(thread);
            break;
        }
        state.checkInvariants();
        const expected = list.filter((hold) => hold.thread === thread);
        expect(held(state, thread)).toBe(expected.map((hold) => `${hold.lock}*${hold.depth}@${hold.event}`).join(' '));
      }
    }),
    { numRuns: 300 },
  );
});

test('an acquire of a mutex that another thread holds corrects the state', () => {
  const registry = new Registry();
  const lock = registry.addLock({ name: 'm' });
  const state = new LockState(registry);
  state.acquire(1, 0, lock, Mode.exclusive, 0, 0, 0);
  state.acquire(2, 1, lock, Mode.exclusive, 0, 0, 0);
  expect(held(state, 0)).toBe('');
  expect(held(state, 1)).toBe('0*1@2');
});

test('ids may be large, and come in any order', () => {
  const registry = new Registry();
  for (let i = 0; i < 5000; i++) registry.addLock({ name: `m${i}` });
  const state = new LockState(registry);
  for (let i = 4999; i >= 0; i -= 7) state.acquire(1, i * 3, i, Mode.exclusive, 0, 0, 0);
  for (let i = 4999; i >= 0; i -= 7) state.request(2, i * 3 + 1, i, Mode.exclusive, 0, 0, 0);
  state.checkInvariants();
  for (let i = 4999; i >= 0; i -= 7) expect(state.blockerOf(i * 3 + 1)).toBe(i * 3);
});
