import { describe, expect, it } from 'vitest';
import { analyseKnowledge } from '../../../packages/lockgraph/src/detect/known-order.js';
import type { Knowledge } from '../../../packages/lockgraph/src/detect/knowledge/knowledge.js';
import { mergeKnowledge } from '../../../packages/lockgraph/src/detect/knowledge/merge.js';
import { nest, share, shown, unshare } from './knowledge/shown.js';
import { waits } from './run.js';

function report(...parts: readonly Knowledge[]) {
  return analyseKnowledge(mergeKnowledge(parts), 'known.jsonl');
}

/** A run in which threads nest locks. */
function run(name: string, ...nestings: readonly (readonly [thread: string, ...locks: string[]])[]): Knowledge {
  return shown(name, (at) => {
    for (const [thread, ...locks] of nestings) nest(at, thread, ...locks);
  });
}

describe('what many runs have shown', () => {
  it('holds a cycle that no run has, between threads of one name', () => {
    const { findings, source, refuted } = report(run('one', ['main', 'A', 'B']), run('two', ['main', 'B', 'A']));
    expect(findings.map(waits)).toEqual(['main has B wants A, main has A wants B']);
    expect(findings[0]).toMatchObject({ kind: 'lock-order', evidence: 'possible', byClass: true, threads: ['main', 'main'], locks: ['A', 'B'], count: 1 });
    expect([source, refuted]).toEqual([{ name: 'known.jsonl', events: 0, threads: 2, locks: 2, operations: 0, complete: true, merged: true }, {}]);
  });

  it('has the places of each thread, with the name of its run', () => {
    const { findings } = report(run('one', ['main', 'A', 'B']), run('two', ['t', 'C', 'A'], ['t', 'B', 'A']));
    const [first, second] = findings[0]!.cycle;
    expect([first?.thread, first?.acquiredAt, first?.requestedAt]).toEqual(['t', { trace: 'two', event: 8 }, { trace: 'two', event: 10 }]);
    expect([second?.thread, second?.acquiredAt, second?.requestedAt]).toEqual(['main', { trace: 'one', event: 2 }, { trace: 'one', event: 4 }]);
    expect(findings[0]!.history.map(({ trace, event }) => `${trace} ${event}`)).toEqual(['two 8', 'two 10', 'one 2', 'one 4']);
  });

  it('holds no cycle where one thread makes all of it, in any run', () => {
    const { findings, refuted, refutedPatterns } = report(run('one', ['main', 'A', 'B']), run('two', ['main', 'B', 'A']), run('three', ['main', 'B', 'A'], ['main', 'A', 'B']));
    expect([findings, refuted]).toEqual([[], { 'same-thread': 1 }]);
    expect(refutedPatterns[0]?.cycle.map(({ thread, wants }) => `${thread} ${wants}`)).toEqual(['main A', 'main B']);
  });

  it('holds that of two threads of one name which another run pairs with other locks', () => {
    const { findings, refuted } = report(run('one', ['main', 'A', 'B'], ['main', 'X', 'Y']), run('two', ['main', 'B', 'A'], ['main', 'X', 'Y']));
    expect([findings.map(waits), refuted]).toEqual([['main has B wants A, main has A wants B'], {}]);
  });

  it('refutes a cycle for which a thread would have to wait at two places', () => {
    const { findings, refuted } = report(run('one', ['main', 'A', 'B'], ['main', 'B', 'C']), run('two', ['main', 'A', 'B'], ['main', 'D', 'E']), run('three', ['t', 'C', 'A']));
    expect([findings, refuted]).toEqual([[], { 'never-together': 1 }]);
  });

  it('holds no cycle that a gate guards, unless there are several', () => {
    const guarded = [run('one', ['main', 'gate', 'A', 'B']), run('two', ['main', 'gate', 'B', 'A'])];
    expect(report(...guarded)).toMatchObject({ findings: [], refuted: { 'gate-lock': 1 } });
    const gates = shown('three', (at) => {
      at.lock('gate', { class: 'gate' });
      at.lock('gate 2', { class: 'gate' });
    });
    expect(report(...guarded, gates).findings.map(waits)).toEqual(['main has B wants A, main has A wants B']);
  });

  it('holds a cycle between instances that never met', () => {
    const one = shown('one', (at) => {
      at.lock('from', { class: 'account' });
      nest(at, 't', 'from', 'ledger');
    });
    const two = shown('two', (at) => {
      at.lock('to', { class: 'account' });
      nest(at, 't', 'ledger', 'to');
    });
    expect(report(one, two).findings.map(waits)).toEqual(['t has ledger wants account, t has account wants ledger']);
  });

  it('holds no cycle that is ordered where its threads met, until others meet', () => {
    const ordered = shown('one', (at) => {
      nest(at, 'main', 'A', 'B');
      at.spawn('main', 't');
      nest(at, 't', 'B', 'A');
    });
    expect(report(ordered)).toMatchObject({ findings: [], refuted: { ordered: 1 } });
    expect(report(ordered, run('two', ['main', 'A', 'B']))).toMatchObject({ findings: [], refuted: { ordered: 1 } });
    const meeting = run('three', ['u', 'A', 'B'], ['v', 'B', 'A']);
    expect(report(meeting, ordered).findings).toHaveLength(1);
    expect(report(ordered, run('four', ['w', 'A', 'B'])).findings.map(waits)).toEqual(['t has B wants A, w has A wants B']);
  });

  it('holds no cycle of three that is ordered where its threads met', () => {
    const ordered = shown('one', (at) => {
      nest(at, 'main', 'A', 'B');
      at.spawn('main', 't');
      nest(at, 't', 'B', 'C');
      nest(at, 'u', 'C', 'A');
    });
    expect(report(ordered)).toMatchObject({ findings: [], refuted: { ordered: 1 } });
    expect(report(ordered, run('two', ['v', 'B', 'C'])).findings.map(waits)).toEqual(['u has C wants A, main has A wants B, v has B wants C']);
  });

  it('holds a cycle across runs of which one keeps two threads apart: only of whole cycles it is known who is', () => {
    const apart = shown('one', (at) => {
      nest(at, 'main', 'A', 'B');
      at.spawn('main', 't');
      nest(at, 't', 'B', 'C');
    });
    expect(report(apart, run('two', ['u', 'C', 'A']))).toMatchObject({ findings: [{ threads: ['u', 'main', 't'] }], refuted: {} });
  });

  it('is refused where a nesting has no place, or too few', () => {
    const one = run('one', ['main', 'A', 'B']);
    const [nesting] = one.nestings;
    const without = { ...one, nestings: [{ ...nesting!, examples: [] }] };
    expect(() => analyseKnowledge(without, 'known')).toThrow('nestings[0] of the knowledge: expected an example with a place for each of the 1 held classes, got no example');
    const short = { ...one, nestings: [{ ...nesting!, examples: [{ ...nesting!.examples[0]!, acquiredAt: [] }] }] };
    expect(() => analyseKnowledge(short, 'known')).toThrow('got an example with 0 places');
  });

  it('holds no cycle in which a thread only tries', () => {
    const tries = shown('one', (at) => {
      at.take('main', 'A');
      at.acquire('main', 'B');
    });
    const other = run('two', ['main', 'B', 'A']);
    expect(report(tries, other)).toMatchObject({ findings: [], refuted: { 'try-lock': 1 } });
    expect(report(tries, other, run('three', ['main', 'A', 'B']))).toMatchObject({ findings: [{}], refuted: {} });
  });

  it('holds no cycle of readers', () => {
    const reader = (name: string, first: string, second: string) =>
      shown(name, (at) => {
        for (const lock of [first, second]) at.lock(lock, { kind: 'rwlock' });
        share(at, 'main', first);
        share(at, 'main', second);
        unshare(at, 'main', second);
        unshare(at, 'main', first);
      });
    expect(report(reader('one', 'A', 'B'), reader('two', 'B', 'A'))).toMatchObject({ findings: [], refuted: { readers: 1 } });
    expect(report(reader('one', 'A', 'B'), run('two', ['main', 'B', 'A'])).findings).toHaveLength(1);
  });

  it('holds a cycle of three runs, as long as cycles of three are looked for', () => {
    const parts = [run('one', ['main', 'A', 'B']), run('two', ['main', 'B', 'C']), run('three', ['main', 'C', 'A'])];
    expect(report(...parts).findings.map(({ threads }) => threads)).toEqual([['main', 'main', 'main']]);
    expect(analyseKnowledge(mergeKnowledge(parts), 'known.jsonl', 2)).toMatchObject({ findings: [], search: { maxCycle: 2, truncated: ['cycles'] } });
  });

  it('is told once, however many threads do the same', () => {
    const crowd = Array.from({ length: 300 }, (_, i) => [`t${i}`, 'A', 'B'] as const);
    const other = Array.from({ length: 300 }, (_, i) => [`t${i}`, 'B', 'A'] as const);
    const { findings, source, search } = report(run('one', ...crowd), run('two', ...other));
    expect([findings.length, source.threads, search.truncated]).toEqual([1, 600, []]);
    for (const { acquiredAt, requestedAt } of findings[0]!.cycle) expect([acquiredAt?.trace, requestedAt.trace].every((trace) => trace !== undefined)).toBe(true);
  });

  it('is not complete where a run is not', () => {
    const { source } = report(run('one', ['t', 'A', 'B']), { ...run('two', ['t', 'A', 'B']), complete: false });
    expect(source.complete).toBe(false);
  });

  it('has findings whose ids do not depend on when something happened', () => {
    const two = run('two', ['main', 'B', 'A']);
    const [one] = report(run('one', ['main', 'A', 'B']), two).findings;
    const [later] = report(run('later', ['main', 'X'], ['main', 'A', 'B']), two).findings;
    expect(later?.id).toBe(one?.id);
  });
});
