import { describe, expect, it } from 'vitest';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { analysisOf, findingOf, misuseOf, transfers } from './analyses.js';
import * as predictions from './predictions.js';

const fixtures = '../../fixtures/report';

describe('the text of what could happen', () => {
  it('shows the schedule that proves a deadlock, a column a thread, in runs of lines', async () => {
    await expect(renderText(predictions.provedPair())).toMatchFileSnapshot(`${fixtures}/proved.txt`);
  });

  it('leaves out the middle of a long schedule, but for the turns in which the locks are taken', async () => {
    await expect(renderText(predictions.provedRing())).toMatchFileSnapshot(`${fixtures}/proved-ring.txt`);
  });

  it('shows a long schedule whole in a verbose report', () => {
    const text = renderText(predictions.provedRing(), { verbose: true });
    expect(text).not.toContain('…');
    expect(text.match(/^ +\d+ {2,}line/gm)).toHaveLength(201);
  });

  it('says how far each thread runs where a schedule is too long to list', async () => {
    await expect(renderText(predictions.provedLong())).toMatchFileSnapshot(`${fixtures}/proved-long.txt`);
  });

  it('names the threads of a cut schedule that belong to the cycle, however many there are', () => {
    const [finding] = predictions.provedLong().findings;
    const scheduleCut = Object.fromEntries([...Array.from({ length: 30 }, (_, i) => [`helper${i}`, i + 1] as const), ['T1', 990_006]]);
    const text = renderText(analysisOf([{ ...finding!, scheduleCut }]));
    expect(text).toContain('\n  T1       up to line 990006  then waits for B\n  T2       no step            then waits for A\n  helper0');
    expect(text).toContain('… 20 threads more');
  });

  it('counts events where a trace has no lines', () => {
    const cycle = predictions.provedPair().findings[0]!.cycle.map((waiter) => ({ ...waiter, requestedAt: { event: waiter.requestedAt.event } }));
    expect(renderText(analysisOf([{ ...predictions.provedPair().findings[0]!, cycle }]))).toContain('events 1–5, locks A');
  });

  it('shows the line of a place in the source where a schedule speaks of lines', () => {
    const [finding] = predictions.provedPair().findings;
    const cycle = finding!.cycle.map((waiter) => ({ ...waiter, requestedAt: { ...waiter.requestedAt, site: 'src/bank.ts:16:31' } }));
    expect(renderText(analysisOf([{ ...finding!, cycle }]))).toContain('wants  B  src/bank.ts:16:31  line 6 of the trace');
  });

  it.each([undefined, 'accesses', 'incomplete', 'searched', 'gave-up', 'kept-order', 'storage'] as const)('tells what would have to happen, and why it is not proved: %s', async (unproved) => {
    await expect(renderText(predictions.possible(unproved))).toMatchFileSnapshot(`${fixtures}/possible-${unproved ?? 'unknown'}.txt`);
  });

  it('shows a proved cycle that goes through a join', async () => {
    await expect(renderText(predictions.provedJoin())).toMatchFileSnapshot(`${fixtures}/proved-join.txt`);
  });

  it('says of a cycle of lock classes that the threads may be of several runs', async () => {
    await expect(renderText(predictions.byClass())).toMatchFileSnapshot(`${fixtures}/lock-classes.txt`);
  });

  it.each(['rank', 'key'] as const)('says which order was broken: by %s', async (of) => {
    await expect(renderText(predictions.rankViolation(of))).toMatchFileSnapshot(`${fixtures}/rank-violation-${of}.txt`);
  });

  it('marks in the history what goes against the ranks, and does not say that the thread waits', () => {
    const text = renderText(predictions.rankViolation());
    expect(text).toMatch(/lock m1 .*still held\n.* wants m2 .*out of order \(rank-violation\) .*◄ first anomaly/);
    expect(text).not.toMatch(/waits|stands still|never released/);
  });

  it('names the threads that broke the order of ranks', () => {
    const [finding] = predictions.rankViolation().findings;
    expect(renderText(analysisOf([{ ...finding!, threads: ['t0', 't1'] }]))).toContain('t0 and t1 take m2 (rank 3) while they hold m1 (rank 9): ranks must rise');
  });

  it('tells in a line of a rank violation where it was', () => {
    const text = renderText(analysisOf([...transfers().findings, ...predictions.rankViolation().findings]));
    expect(text).toContain('  rank-violation  at line 7 of the trace: t0 takes m2 (rank 3)');
  });

  it('never says of a predicted cycle that a thread stands still', () => {
    const [finding] = predictions.possible().findings;
    const history = finding!.cycle.map(({ thread, wants, requestedAt }) => ({ ...requestedAt, thread, what: 'acquire', lock: wants }));
    const text = renderText(analysisOf([{ ...finding!, history }]), { verbose: true });
    expect(text).toMatch(/T1 {2}wants B .*◄ would wait/);
    expect(text).toMatch(/T1 {2}lock A .*still held/);
    expect(text).not.toMatch(/stands still|never released|lock B .*line 6/);
  });

  it('counts how often a pattern was seen', () => {
    const [finding] = predictions.possible().findings;
    expect(renderText(analysisOf([{ ...finding!, count: 3 }]), { width: 140 })).toMatch(/^lock-order \(possible\) .* seen 3 times\n/);
  });

  it('puts what is proved before misuse, and misuse before what is only possible', () => {
    const findings = [...predictions.possible().findings, ...misuseOf('unlock-foreign').findings, ...predictions.provedPair().findings, ...transfers().findings];
    const [rank] = predictions.rankViolation().findings;
    const later = { ...rank!, history: rank!.history.map((entry) => ({ ...entry, event: entry.event + 100 })) };
    const text = renderText(analysisOf([...findings, later]), { verbose: true });
    expect(text.match(/^[a-z-]+ \([a-z]+\)/gm)).toEqual([
      'deadlock (observed)',
      'lock-order (proved)',
      'unlock-foreign (observed)',
      'rank-violation (observed)',
      'lock-order (possible)',
    ]);
  });

  it('leaves a note for the end', () => {
    const noted = findingOf({ kind: 'app/odd', threads: ['t0'] });
    expect(renderText(analysisOf([noted, ...predictions.possible().findings]))).toMatch(/^lock-order \(possible\)/);
  });

  it('keeps 77 patterns to a screen, the proved ones first', async () => {
    const text = renderText(predictions.many(77));
    expect(text.split('\n').length).toBeLessThanOrEqual(41);
    await expect(text).toMatchFileSnapshot(`${fixtures}/many-patterns.txt`);
  });

  it.each([60, 80, 100, 140])('keeps to %i columns', (width) => {
    const all = [
      predictions.provedPair(),
      predictions.provedRing(),
      predictions.provedLong(),
      predictions.provedJoin(),
      predictions.possible('searched'),
      predictions.byClass(),
      predictions.refuted(),
      predictions.suppressed(),
      predictions.many(20),
    ];
    for (const analysis of all) {
      expect(renderText(analysis, { width }).split('\n').filter((line) => line.length > width)).toEqual([]);
    }
  });
});

describe('the summary of a prediction', () => {
  it('gives each reason for which patterns were refuted in a verbose report, with its first patterns', async () => {
    await expect(renderText(predictions.refuted(), { verbose: true })).toMatchFileSnapshot(`${fixtures}/refuted.txt`);
  });

  it('names the suppressions that matched nothing, and counts what the others kept out', async () => {
    await expect(renderText(predictions.suppressed())).toMatchFileSnapshot(`${fixtures}/suppressions.txt`);
  });

  it('lists all suppressions in a verbose report', () => {
    const text = renderText(predictions.suppressed(), { verbose: true });
    expect(text).toContain('2 suppressions kept findings out, with 4 matches:\n  3 × cache.* with index (the cache is filled before any other thread is started)\n  1 × at src/bank');
    expect(text).toContain('1 suppression matched nothing:\n  at src/legacy.ts:* (goes away with the old importer)\n');
  });

  it('counts the findings that one suppression kept out', () => {
    const [suppression] = predictions.suppressed().suppressions!;
    expect(renderText({ ...analysisOf([]), suppressions: [suppression!] })).toContain('1 suppression kept out 3 findings (--verbose lists it).\n');
  });

  it('says of a suppression that matches what happened that this is told, and not that it matched nothing', () => {
    const suppressions = [{ locks: ['a', 'b'], reason: 'never at once', matched: 0, overruled: 2 }] as const;
    const text = renderText({ ...analysisOf([]), suppressions });
    expect(text).toContain('1 suppression matched what happened, which is told all the same:\n  2 × a with b (never at once)\n');
    expect(text).not.toMatch(/matched nothing|kept out/);
  });

  it('names only the first of many suppressions that matched nothing', () => {
    const suppressions = Array.from({ length: 20 }, (_, i) => ({ site: `src/${i}.ts:*`, reason: 'old', matched: 0 }));
    const text = renderText({ ...analysisOf([]), suppressions });
    expect(text).toContain('20 suppressions matched nothing:\n  at src/0.ts:* (old)\n');
    expect(text).toContain('  at src/7.ts:* (old)\n  … 12 more (--verbose shows them)\n');
  });

  it('says of a search that was cut short what was not looked at', async () => {
    const analysis = { ...analysisOf([]), search: { maxCycle: 5, truncated: ['cycles', 'patterns', 'schedules', 'events'] as const } };
    await expect(renderText(analysis)).toMatchFileSnapshot(`${fixtures}/truncated.txt`);
  });

  it('says of events that could not be kept where, why, and what to do', () => {
    const search = { maxCycle: 5, truncated: ['storage'] as const, storage: { folder: '/no\u001b[2J', error: 'ENOSPC: no space left on device' } };
    expect(renderText({ ...analysisOf([]), search })).toContain(
      'The search was cut short, so there may be more to find: the events could not all be kept. Temporary\n' +
        'files cannot be kept in /no\\u001b[2J (ENOSPC: no space left on device); TMPDIR=FOLDER puts them\nelsewhere.\n',
    );
    expect(renderText(predictions.possible('storage'))).toContain('Not proved: no schedule was looked for, for the events could not all be kept.\n');
  });

  it('says at which locks waits are told only where they happened', () => {
    const search = { maxCycle: 5, truncated: [], observedOnly: ['semaphore', 'condition'] as const };
    const text = renderText({ ...analysisOf([]), search });
    expect(text).toContain('\nWaits at semaphores and conditions are told where they happened; on other schedules they were not\nlooked for.\n');
  });

  it('says nothing of a search that ended', () => {
    expect(renderText(analysisOf([]))).not.toMatch(/search|suppress/);
  });

  it('tells evidence with the kinds that it counts', () => {
    expect(renderText(predictions.many(5))).toContain('5 findings (2 proved lock-order and 3 possible lock-order) in run.std');
  });
});
