import { describe, expect, it } from 'vitest';
import { Run } from '../run.js';

/** `first` and `second` happen one after the other: A and then B, only tried; B and then A. */
function run(...steps: readonly ('tries' | 'waits')[]): Run {
  const made = new Run();
  for (const step of steps) {
    const [thread, first, second] = step === 'tries' ? (['t1', 'A', 'B'] as const) : (['t2', 'B', 'A'] as const);
    made.take(thread, first);
    if (step === 'waits') made.want(thread, second);
    made.acquire(thread, second);
    made.release(thread, second);
    made.release(thread, first);
  }
  made.monitor.finish();
  return made;
}

describe('a cycle in which a thread only tries', () => {
  it.each([
    ['first', run('tries', 'waits')],
    ['last', run('waits', 'tries')],
    ['again and again', run('tries', 'waits', 'tries', 'waits')],
  ])('is refuted if it tries %s', (_when, { monitor }) => {
    const { findings, refuted } = monitor.analysis('run');
    expect([findings, refuted]).toEqual([[], { 'try-lock': 1 }]);
  });
});

describe('a request after a try', () => {
  it('is told where it was made, not where the lock was tried', () => {
    const made = new Run();
    made.take('t1', 'A');
    made.acquire('t1', 'B');
    made.release('t1', 'B');
    made.want('t1', 'B');
    made.acquire('t1', 'B');
    made.release('t1', 'B');
    made.release('t1', 'A');
    made.take('t2', 'B');
    made.want('t2', 'A');
    const finding = made.findings.find(({ kind }) => kind === 'lock-order');
    expect(finding!.cycle.find(({ thread }) => thread === 't1')!.requestedAt.event).toBe(6);
  });

  it('that is given up again says nothing', () => {
    const made = run('tries');
    made.take('t1', 'A');
    made.want('t1', 'B');
    made.cancel('t1', 'B');
    made.release('t1', 'A');
    made.take('t2', 'B');
    made.want('t2', 'A');
    expect(made.kinds).toEqual([]);
  });
});

describe('a wait for a thread to end that is given up', () => {
  const joins = (...ends: readonly ('cancel' | 'join')[]): Run => {
    const made = new Run();
    made.take('t', 'A');
    made.release('t', 'A');
    made.take('main', 'A');
    for (const end of ends) {
      made.wantJoin('main', 't');
      if (end === 'cancel') made.cancelJoin('main', 't');
      else made.join('main', 't');
    }
    return made;
  };

  it('is no request, like one for a lock', () => {
    const { monitor } = joins('cancel');
    expect(monitor.findings).toEqual([]);
    expect(monitor.analysis('run').refuted).toEqual({ 'try-lock': 1 });
  });

  it('is one if it was made before and waited for, or is made again', () => {
    expect(joins('join').kinds).toEqual(['deadlock']);
    expect(joins('cancel', 'join').kinds).toEqual(['deadlock']);
    expect(joins('join', 'cancel').kinds).toEqual(['deadlock']);
  });
});
