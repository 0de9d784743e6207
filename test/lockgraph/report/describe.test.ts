import { describe as suite, expect, it } from 'vitest';
import type { HistoryNote } from '../../../packages/lockgraph/src/detect/finding.js';
import { describe } from '../../../packages/lockgraph/src/report/describe.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import * as analyses from './analyses.js';
import * as predictions from './predictions.js';

suite('the message of a finding', () => {
  it.each([
    [
      't0 waits for arena0.bin[3].lock, which it holds itself: taken in call 1001, sdallocx(block 401, claimed 32), wanted again in call 1201, mallocx(size 48)',
      analyses.allocatorSelfDeadlock().findings[2]!,
    ],
    [
      'the block has 48 bytes: it goes to bin 2 of the thread cache, but belongs to bin 3 (in call 601, sdallocx(block 1, claimed 32), the first of 600 times)',
      analyses.allocatorSelfDeadlock().findings[0]!,
    ],
    [
      'transfer(alice → bob) and transfer(bob → alice) wait for each other: transfer(alice → bob) waits for account:bob and transfer(bob → alice) waits for account:alice',
      analyses.transfers().findings[0]!,
    ],
    [
      'main, worker and logger wait for each other: main waits for worker to end, worker waits for log and logger waits for config (shared)',
      analyses.joinCycle().findings[0]!,
    ],
    ['t0 waits for queue.lock, which t1 still held when it ended', analyses.orphanedLock().findings[0]!],
    ['nothing can run any more: reader waits for a permit of slots and writer waits for a permit of slots', analyses.hang().findings[0]!],
    ['r1 and r2 wait for table, which they hold themselves (shared)', analyses.readersThatWantToWrite().findings[0]!],
    ['t1 unlocks m, which t0 holds (src/pool.ts:31:9, 3 times in all)', analyses.misuseOf('unlock-foreign').findings[0]!],
    ['T1 and T2 can come to wait for each other: T1 takes A then B, T2 takes B then A', predictions.provedPair().findings[0]!],
    [
      'main and worker can come to wait for each other: main takes config then waits for worker to end, worker takes config before it ends',
      predictions.provedJoin().findings[0]!,
    ],
    ['main and another main can come to wait for each other: main takes account then index, another main takes index then account', predictions.byClass().findings[0]!],
    [
      't0 takes m2 (rank 3) while it holds m1 (rank 9): ranks must rise (at line 7 of the trace)',
      predictions.rankViolation().findings[0]!,
    ],
    [
      't0 takes account:2 (key 2) while it holds account:5 (key 5): two locks of one class must be taken in rising key (at line 7 of the trace)',
      predictions.rankViolation('key').findings[0]!,
    ],
  ])('is %j', (message, finding) => {
    expect(describe(finding)).toBe(message);
  });

  it('says of a deadlock that was not observed that threads can come to wait', () => {
    const finding = { ...analyses.transfers().findings[0]!, evidence: 'possible' as const };
    expect(describe(finding)).toMatch(/can come to wait for each other/);
  });

  it('tells the first threads of a wide cycle that was not observed, and counts the others', () => {
    const ring = Array.from({ length: 6 }, (_, i) => predictions.nested(`T${i}`, [`m${i}`, 1], [`m${(i + 1) % 6}`, 2]));
    expect(describe(predictions.lockOrder(ring))).toBe(
      '6 threads can come to wait for each other in a ring: T0 takes m0 then m1, T1 takes m1 then m2, T2 takes m2 then m3 and 3 more',
    );
  });

  it('says how a thread wants a lock of a cycle that was not observed', () => {
    const [one, other] = predictions.possible().findings[0]!.cycle;
    const message = describe(predictions.lockOrder([{ ...one!, mode: 'shared' }, { ...other!, mode: 'permits' }]));
    expect(message).toMatch(/T1 takes A then B \(shared\), T2 takes B then a permit of A$/);
  });

  it('says of one lock that is taken in two modes what is taken first', () => {
    expect(describe({ ...analyses.readersThatWantToWrite().findings[0]!, kind: 'lock-order', evidence: 'possible' })).toMatch(
      /: r1 takes table \(shared\) then table, r2 takes table \(shared\) then table$/,
    );
  });

  it('says of a cycle within one class that each thread takes two locks of it', () => {
    const cycle = ['T1', 'T2'].map((thread) => predictions.nested(thread, ['account', 3], ['account', 4]));
    expect(describe(predictions.lockOrder(cycle, { byClass: true }))).toMatch(/: T1 takes one account then another, T2 takes one account then another$/);
  });

  it.each<[string, HistoryNote['data'], string | undefined, string]>([
    ['no template and no data', {}, undefined, 't0 notes app/odd'],
    ['no template', { size: 3, 'a\u001b': true }, undefined, 't0 notes app/odd: size 3, a\\u001b true'],
    ['an empty template', { size: 1 }, '', 't0 notes app/odd: size 1'],
    ['a template of blanks', {}, '  ', 't0 notes app/odd'],
    ['a template that comes to nothing', { size: 1, what: '' }, '{what}', 't0 notes app/odd: size 1, what ""'],
  ])('gives who made a note, its kind and its data, where it has no words of its own: %s', (_, data, template, headline) => {
    const note = { kind: 'app/odd', data, operations: [], ...(template === undefined ? {} : { template }) };
    const odd = analyses.findingOf({ kind: 'app/odd', threads: ['t0'], history: [{ event: 1, thread: 't0', what: 'note', note }] });
    expect(describe(odd)).toBe(`${headline} (at event 1)`);
    const text = renderText(analyses.analysisOf([odd]));
    expect(text).toContain(`app/odd (observed)  ${headline}\n`);
    expect(text).toContain(`\n  1  ${headline.replace('t0 notes ', '')}\n`);
  });

  it('knows a note without a / in its kind by the kind of its finding', () => {
    const note = { kind: 'odd\u202e', data: { size: 1 }, operations: [] };
    const odd = analyses.findingOf({ kind: 'note/odd\u202e', threads: ['t0'], count: 2, history: [{ event: 1, thread: 't0', what: 'note', note }] });
    expect(describe(odd)).toBe('t0 notes odd\\u202e: size 1 (at event 1, the first of 2 times)');
  });

  it('falls back to names for a kind that it does not know', () => {
    expect(describe(analyses.findingOf({ kind: 'model/odd', threads: ['t0'], locks: ['m'] }))).toBe('model/odd (t0 and m)');
    expect(describe(analyses.findingOf({ kind: 'model/odd' }))).toBe('model/odd');
  });
});
