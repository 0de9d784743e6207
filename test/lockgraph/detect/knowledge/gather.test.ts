import { describe, expect, it } from 'vitest';
import { knowledgeText } from '../../../../packages/lockgraph/src/detect/knowledge/write.js';
import { nest, nestingsOf, share, shown, unshare } from './shown.js';

describe('what a run shows', () => {
  it('is each nesting once, by class, with where each thread made it first', () => {
    const known = shown('day.jsonl', (run) => {
      run.lock('bin[0]', { class: 'bin' });
      run.lock('bin[1]', { class: 'bin' });
      run.enter('t0', 'f', 'a.ts:1');
      nest(run, 't0', 'arena', 'bin[0]');
      nest(run, 't0', 'arena', 'bin[1]');
      nest(run, 't1', 'arena', 'bin[1]');
    });
    const place = { site: 'a.ts:1', stack: ['f'] };
    expect(known).toEqual({
      complete: true,
      several: ['bin'],
      nestings: [
        {
          wants: { class: 'bin', mode: 'exclusive' },
          held: [{ class: 'arena', mode: 'exclusive' }],
          tried: false,
          examples: [
            { thread: 't0', trace: 'day.jsonl', requestedAt: { event: 4, ...place }, acquiredAt: [{ event: 2, ...place }] },
            { thread: 't1', trace: 'day.jsonl', requestedAt: { event: 16 }, acquiredAt: [{ event: 14 }] },
          ],
        },
      ],
      profiles: [{ threads: ['t0', 't1'], nestings: [0] }],
      patterns: [],
    });
  });

  it('has nothing of locks that are taken alone, and of waits for threads', () => {
    const known = shown('run', (run) => {
      nest(run, 'main', 'A');
      run.spawn('main', 't');
      nest(run, 't', 'B');
      run.exit('t');
      run.take('main', 'A');
      run.join('main', 't');
    });
    expect([known.nestings, known.profiles]).toEqual([[], []]);
  });

  it('has the modes, and says what was only tried', () => {
    const known = shown('run', (run) => {
      run.lock('map', { kind: 'rwlock' });
      share(run, 't', 'map');
      run.acquire('t', 'A');
      run.release('t', 'A');
      unshare(run, 't', 'map');
      nest(run, 't', 'A', 'map');
    });
    expect(nestingsOf(known)).toEqual(['tries A with map shared', 'map with A']);
  });

  it('has of several locks of a class that one thread holds the one that excludes most', () => {
    const known = shown('run', (run) => {
      run.lock('m0', { kind: 'rwlock', class: 'map' });
      run.lock('m1', { kind: 'rwlock', class: 'map' });
      share(run, 't', 'm0');
      run.take('t', 'm1', 'A');
    });
    expect(nestingsOf(known)).toContain('A with map');
  });

  it('leaves locks of the wanted class out of what is held', () => {
    const known = shown('run', (run) => {
      run.lock('a0', { class: 'account' });
      run.lock('a1', { class: 'account' });
      run.take('t', 'a0', 'gate', 'a1');
    });
    expect(nestingsOf(known)).toEqual(['account with gate', 'gate with account']);
  });

  it('has the locks that came before the first class', () => {
    const known = shown('run', (run) => {
      nest(run, 't', 'A', 'B');
      run.lock('c0', { class: 'C' });
      nest(run, 't', 'c0', 'A');
    });
    expect(nestingsOf(known)).toEqual(['A with C', 'B with A']);
  });

  it('knows the lives of a lock as one', () => {
    const known = shown('run', (run) => {
      run.init('t', 'A');
      nest(run, 't', 'A', 'B');
      run.destroy('t', 'A');
      run.init('t', 'A');
      nest(run, 't', 'A', 'B');
    });
    expect([nestingsOf(known), known.several]).toEqual([['B with A'], []]);
  });

  it('counts semaphores not as locks of a class', () => {
    const known = shown('run', (run) => {
      run.lock('s0', { class: 'pool', kind: 'semaphore' });
      run.lock('s1', { class: 'pool', kind: 'semaphore' });
    });
    expect(known.several).toEqual([]);
  });

  it('has patterns whose threads can meet, and who cannot', () => {
    const known = shown('run', (run) => {
      nest(run, 'main', 'A', 'B');
      run.spawn('main', 't');
      nest(run, 't', 'B', 'A');
      nest(run, 't', 'C', 'D');
      nest(run, 'main', 'D', 'C');
    });
    expect(nestingsOf(known)).toEqual(['A with B', 'B with A', 'C with D', 'D with C']);
    expect(known.patterns).toEqual([{ nestings: [0, 1], apart: [['t', 'main']] }, { nestings: [2, 3] }]);
  });

  it('has patterns that only classes make', () => {
    const known = shown('run', (run) => {
      for (const name of ['a', 'b']) for (const i of [0, 1]) run.lock(`${name}${i}`, { class: name });
      nest(run, 'main', 'a0', 'b0');
      run.spawn('main', 't');
      nest(run, 't', 'b1', 'a1');
    });
    expect(known.patterns).toEqual([{ nestings: [0, 1], apart: [['t', 'main']] }]);
  });

  it('says whether parts of the run are missing', () => {
    expect(shown('run', (run) => nest(run, 't', 'A')).complete).toBe(true);
    expect(shown('run', (run) => run.monitor.event(7, 2, 0, run.registry.addLock({ name: 'A' }), 0, 0, 0, 0, 0)).complete).toBe(false);
  });

  it('is a few kilobytes after a million events, and no more than after a few', () => {
    const long = (rounds: number) =>
      shown('run', (run) => {
        for (let i = 0; i < rounds; i++) nest(run, `t${i % 8}`, 'A', `B${i % 16}`, `C${i % 4}`);
      });
    const known = long(111_112);
    expect(known).toEqual(long(64));
    expect([known.nestings.length, knowledgeText(known).length < 6000]).toEqual([32, true]);
  });
});

describe('a nesting of very many locks', () => {
  it('is kept up to a depth, and what is wanted beyond is a gap, so that what is known does not grow as its square', () => {
    const known = shown('deep', (run) => {
      const locks = Array.from({ length: 300 }, (_, lock) => `L${lock}`);
      run.take('t0', ...locks);
      for (const lock of locks.toReversed()) run.release('t0', lock);
    });
    expect(known.complete).toBe(false);
    expect(Math.max(...known.nestings.map(({ held }) => held.length))).toBe(256);
    expect(known.nestings).toHaveLength(256);
  });
});
