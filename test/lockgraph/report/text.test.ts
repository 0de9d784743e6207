import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import type { HistoryEntry } from '../../../packages/lockgraph/src/detect/finding.js';
import * as analyses from './analyses.js';

const fixtures = '../../fixtures/report';

const sources: Readonly<Record<string, string>> = {
  'src/bank.ts:14:33': '  const release = await from.lock.acquire();',
  'src/bank.ts:16:31': '  const second = await to.lock.acquire();',
};

function sourceLine(site: string): string | undefined {
  return sources[site];
}

function loud(text: string): string {
  return `\u001b[1m${text}\u001b[22m`;
}

describe('the text of a report', () => {
  it('explains a self-deadlock from the first wrong call to where it stands still', async () => {
    await expect(renderText(analyses.allocatorSelfDeadlock(), { calls: 3600 })).toMatchFileSnapshot(`${fixtures}/self-deadlock.txt`);
  });

  it('shows two threads that wait for each other, with their source lines and a scenario table', async () => {
    await expect(renderText(analyses.transfers(), { sourceLine })).toMatchFileSnapshot(`${fixtures}/deadlock.txt`);
  });

  it('shows a cycle of three threads, one of which waits for another to end', async () => {
    await expect(renderText(analyses.joinCycle())).toMatchFileSnapshot(`${fixtures}/join-cycle.txt`);
  });

  it('says in which mode a lock is held, and taken', async () => {
    await expect(renderText(analyses.readersThatWantToWrite(), { verbose: true })).toMatchFileSnapshot(`${fixtures}/readers-that-want-to-write.txt`);
  });

  it.each([
    ['request', 'waits for worker to end'],
    ['cancel', 'gives up waiting for worker to end'],
    ['join', 'sees worker end'],
    ['spawn', 'starts worker'],
  ])('says of a thread what is done to a thread, and not to a lock: %s', (what, words) => {
    const [finding] = analyses.misuseOf('unlock-foreign').findings;
    const history = [{ event: 1, thread: 'main', what, other: 'worker' }, ...finding!.history];
    expect(renderText(analyses.analysisOf([{ ...finding!, history }]), { verbose: true })).toContain(`\n  1  main  ${words}\n`);
  });

  it('says of the permits of a semaphore that they are taken and given back', () => {
    const [finding] = analyses.hang().findings;
    const step = (event: number, what: string): HistoryEntry => ({ event, thread: 'reader', what, lock: 'slots', mode: 'permits' });
    const text = renderText(analyses.analysisOf([{ ...finding!, history: [step(1, 'acquire'), step(2, 'release')] }]), { verbose: true });
    expect(text).toContain('reader  take a permit of slots');
    expect(text).toContain('reader  give back a permit of slots');
  });

  it('says where a thread took what it holds besides, and how many locks it does not name', () => {
    const [finding] = analyses.transfers().findings;
    const [one, other] = finding!.cycle;
    const taken: HistoryEntry = { event: 1, thread: other!.thread, what: 'acquire', lock: 'ledger' };
    const text = renderText(analyses.analysisOf([{ ...finding!, history: [taken, ...finding!.history], cycle: [one!, { ...other!, heldCut: 7 }] }]));
    expect(text).toMatch(/\n {4}also {3}ledger +since event 1\n {4}also {3}7 older ones\n/);
    const bare = renderText(analyses.analysisOf([{ ...finding!, cycle: [one!, { ...other!, heldCut: 1 }] }]));
    expect(bare).toContain('\n    also   ledger, and 1 older one\n');
  });

  it('says of a permit who took the last one, and not that anybody holds it', () => {
    const [finding] = analyses.hang().findings;
    const taken: HistoryEntry = { event: 1, thread: 'writer', what: 'acquire', lock: 'slots', mode: 'permits' };
    const text = renderText(analyses.analysisOf([{ ...finding!, history: [taken] }]));
    expect(text).toContain('wants  a permit of slots  last taken by writer  at event 20');
    expect(text).toContain('take a permit of slots  never given back');
    expect(text).not.toContain('held by');
  });

  it('lists the steps of a cycle that is too wide for a table', async () => {
    await expect(renderText(analyses.philosophers(9))).toMatchFileSnapshot(`${fixtures}/wide-cycle.txt`);
  });

  it('says whose end orphaned a lock', async () => {
    await expect(renderText(analyses.orphanedLock())).toMatchFileSnapshot(`${fixtures}/orphaned-lock.txt`);
  });

  it('says who waits in a hang, and that the record is not complete', async () => {
    await expect(renderText(analyses.hang())).toMatchFileSnapshot(`${fixtures}/hang.txt`);
  });

  it.each(['unlock-not-held', 'unlock-foreign', 'exit-holding', 'destroy-held', 'init-held'])('says what the misuse %s was', async (kind) => {
    await expect(renderText(analyses.misuseOf(kind))).toMatchFileSnapshot(`${fixtures}/${kind}.txt`);
  });

  it.each([
    ['unlock-not-held', 't1 unlocks m, which it holds otherwise (shared)'],
    ['unlock-foreign', 't1 unlocks m, which it holds otherwise (shared), and so does t0'],
  ])('does not say of a lock that a thread releases in another mode that the thread does not hold it: %s', (kind, headline) => {
    const [finding] = analyses.misuseOf(kind).findings;
    const history = finding!.history.map((entry) => (entry.misuse === undefined ? entry : { ...entry, heldAs: ['shared'] as const }));
    const text = renderText(analyses.analysisOf([{ ...finding!, history }]));
    expect(text).toContain(`${kind} (observed)  ${headline} `);
    expect(text).toContain(`unlock m  src/pool.ts:31:9  its thread holds it otherwise (shared) (${kind})`);
    expect(text).not.toContain('nobody holds');
  });

  it('tells of two misuses of one kind each with its own place', () => {
    const [one] = analyses.misuseOf('unlock-foreign').findings;
    const later = { event: 9, thread: 't2', what: 'release', lock: 'm', site: 'src/pool.ts:40:1', misuse: 'unlock-foreign' };
    const other = { ...one!, id: 'unlock-foreign-2', threads: ['t2', 't0'], count: 1, history: [...one!.history, later] };
    expect(renderText(analyses.analysisOf([one!, other]))).toContain('\n  unlock-foreign  src/pool.ts:40:1: t2 unlocks m, which t0 holds\n');
  });

  it('shows hostile names as escapes', async () => {
    const text = renderText(analyses.hostileNames(), { verbose: true });
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    await expect(text).toMatchFileSnapshot(`${fixtures}/hostile-names.txt`);
  });

  it('says in one line that nothing was found, and what was watched', () => {
    const text = renderText(analyses.analysisOf([], { operations: 1201, events: 1643, threads: 1 }));
    expect(text).toBe('No finding in run.jsonl: 1,201 calls, 1,643 events, 1 thread and 2 locks watched.\n');
  });

  it('counts what was refuted, and gives the reasons in a verbose report', () => {
    const analysis = { ...analyses.analysisOf([]), refuted: { 'gate-lock': 2, 'same-thread': 1 } };
    expect(renderText(analysis)).toContain('3 patterns looked at and refuted (--verbose says why).');
    expect(renderText(analysis, { verbose: true })).toMatch(/refuted:\n {2}gate-lock \(2\): .*\n {2}same-thread \(1\): /);
  });

  it('keeps to a screen of 40 lines, and tells all 400 blamed calls in a verbose report', () => {
    const analysis = analyses.allocatorSelfDeadlock();
    expect(renderText(analysis).split('\n').length).toBeLessThanOrEqual(40);
    const verbose = renderText(analysis, { verbose: true });
    expect(verbose).toContain('\n  1000  sdallocx(block 400, claimed 32)');
    expect(verbose).not.toContain('calls like it');
  });

  it('leaves out what is far from the steps that a finding rests on', () => {
    const analysis = analyses.allocatorSelfDeadlock();
    const dead = analysis.findings[2]!;
    const [last] = dead.history.slice(-2);
    const purge = Array.from({ length: 100 }, (_, i) => ({ ...last!, event: 3110 + i, what: i % 2 === 0 ? 'acquire' : 'release', lock: `chunk ${i >> 1}` }));
    const text = renderText(analyses.analysisOf([{ ...dead, history: [...dead.history.slice(0, -2), ...purge, dead.history.at(-1)!] }]));
    expect(text).toMatch(/unlock {2}arena0\.bin\[3\]\.lock .*unlock-not-held/);
    expect(text).toMatch(/lock {4}arena0\.bin\[3\]\.lock .*never released\n[^…]*… 9\d steps more \(--verbose shows them\)\n *1201/);
  });

  it.each([60, 80, 100, 140])('keeps to %i columns', (width) => {
    for (const analysis of [analyses.allocatorSelfDeadlock(), analyses.joinCycle(), analyses.philosophers(5), analyses.orphanedLock(), analyses.hang()]) {
      expect(renderText(analysis, { width }).split('\n').filter((line) => line.length > width)).toEqual([]);
    }
  });

  it('differs in colours only where there is a style', () => {
    const styled = renderText(analyses.transfers(), { style: { alarm: loud, heading: loud, mark: loud, quiet: loud } });
    expect(styled).toContain('\u001b[1mdeadlock\u001b[22m (observed)');
    expect(stripVTControlCharacters(styled)).toBe(renderText(analyses.transfers()));
  });
});
