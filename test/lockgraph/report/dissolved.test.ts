import { describe as suite, expect, it } from 'vitest';
import type { Finding, HistoryEntry } from '../../../packages/lockgraph/src/detect/finding.js';
import { describe } from '../../../packages/lockgraph/src/report/describe.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { analysisOf, joinCycle, orphanedLock, transfers } from './analyses.js';

const fixtures = '../../fixtures/report';

function dissolved(finding: Finding, brokenBy?: HistoryEntry): Finding {
  return { ...finding, evidence: 'possible', broken: true, ...(brokenBy === undefined ? {} : { brokenBy }) };
}

const [ab, ba] = transfers().findings[0]!.threads as [string, string];

function selfDeadlock(): Finding {
  const requestedAt = { event: 2, line: 3 };
  const cycle = [{ thread: 't1', wants: 'm', mode: 'exclusive', holds: 'm', held: ['m'], requestedAt, acquiredAt: { event: 1, line: 2 } }] as const;
  const history = [{ event: 1, line: 2, thread: 't1', what: 'acquire', lock: 'm' }, { ...requestedAt, thread: 't1', what: 'request', lock: 'm' }];
  return { id: 'self-deadlock-1', kind: 'self-deadlock', evidence: 'observed', threads: ['t1'], locks: ['m'], cycle, history, count: 1 };
}

suite('a deadlock that happened and ended again', () => {
  it.each<[string, HistoryEntry | undefined, string]>([
    ['a request that is given up', { event: 5, thread: ba, what: 'cancel', lock: 'account:alice' }, `, until ${ba} gave up waiting for account:alice`],
    ['a release by who did not hold it', { event: 5, thread: 'x', what: 'release', lock: 'account:bob', misuse: 'unlock-foreign' }, ', until x unlocked account:bob without holding it'],
    ['a lock that was given to another thread', { event: 5, thread: 'x', what: 'acquire', lock: 'account:bob' }, ', until x got account:bob'],
    ['a thread that ends', { event: 5, thread: ab, what: 'exit' }, `, until ${ab} ended`],
    ['a join', { event: 5, thread: 'main', what: 'join', other: ab }, `, until main saw ${ab} end`],
    ['a life that begins again', { event: 5, thread: 'x', what: 'init', lock: 'account:bob' }, ', until x initialised account:bob again'],
    ['a life that ends', { event: 5, thread: 'x', what: 'destroy', lock: 'account:bob' }, ', until x destroyed account:bob'],
    ['nobody knows what', undefined, ', for a while'],
  ])('is told as past, and as ended by %s', (_, brokenBy, end) => {
    const finding = dissolved(transfers().findings[0]!, brokenBy);
    expect(describe(finding)).toBe(`${ab} and ${ba} waited for each other: ${ab} waited for account:bob and ${ba} waited for account:alice${end}`);
    const text = renderText(analysisOf([finding]), { width: 200 });
    expect(text).toContain(`deadlock (dissolved)  ${ab} and ${ba} waited for each other${end}\n`);
    expect(text).toContain('1 finding (dissolved deadlock)');
    expect(text).not.toContain('can come to wait');
  });

  it('may have ended where a thread gave up waiting for the end of another', () => {
    const finding = dissolved(joinCycle().findings[0]!, { event: 10, thread: 'main', what: 'cancel', other: 'worker' });
    expect(describe(finding)).toMatch(/, until main gave up waiting for worker to end$/);
  });

  it('is told with the step that ended it, in a column of its own where another thread made it', async () => {
    const brokenBy = { event: 5, thread: 'cleaner', what: 'release', lock: 'account:alice', misuse: 'unlock-foreign' };
    await expect(renderText(analysisOf([dissolved(transfers().findings[0]!, brokenBy)]))).toMatchFileSnapshot(`${fixtures}/dissolved.txt`);
  });

  it('marks in its history what ended it, and calls nothing of it never released', () => {
    const text = renderText(analysisOf([dissolved(selfDeadlock(), { event: 3, line: 4, thread: 'x', what: 'release', lock: 'm', misuse: 'unlock-foreign' })]));
    expect(text).toMatch(/^self-deadlock \(dissolved\) {2}t1 waited for m, which it held itself, until x unlocked m without holding\n {27}it$/m);
    expect(text).toMatch(/x {2}unlock m {2}another thread holds it \(unlock-foreign\) +◄ dissolves it$/m);
    expect(text).not.toContain('never released');
  });

  it('says of the one thread of a cycle no more than it', () => {
    expect(describe(dissolved(selfDeadlock(), { event: 3, thread: 't1', what: 'cancel', lock: 'm' }))).toMatch(/which it held itself, until it gave up waiting for m: taken /);
  });

  it('says of an orphaned lock that threads waited for it', () => {
    const finding = dissolved(orphanedLock().findings[0]!, { event: 14, thread: 'x', what: 'release', lock: 'queue.lock', misuse: 'unlock-foreign' });
    expect(describe(finding)).toBe('t0 waited for queue.lock, which t1 still held when it ended, until x unlocked queue.lock without holding it');
  });

  it('escapes the names of who ended it, and of what', () => {
    const finding = dissolved(selfDeadlock(), { event: 3, thread: '\u001b[2J', what: 'destroy', lock: 'a\nb' });
    expect(describe(finding)).toContain('until \\u001b[2J destroyed a\\u000ab');
  });
});
