import { expect, test } from 'vitest';
import type { Analysis } from '../../../../packages/lockgraph/src/detect/finding.js';
import { analyseTrace } from '../../../../packages/lockgraph/src/detect/trace-analysis.js';

async function analysed(...lines: readonly string[]): Promise<Analysis> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(['{"lockgraph":"trace","version":1}', ...lines, ''].join('\n'));
  }
  return analyseTrace({ name: 'test', chunks: chunks() });
}

const nested = (from: number, thread: string, outer: string, inner: string): string[] => [
  `[${from},"take","${thread}","${outer}",0,0]`,
  `[${from + 1},"take","${thread}","${inner}",0,0]`,
  `[${from + 2},"release","${thread}","${inner}",0,0]`,
  `[${from + 3},"release","${thread}","${outer}",0,0]`,
];

const told = ({ findings }: Analysis) => findings.flatMap(({ kind, evidence, unproved }) => (kind === 'lock-order' ? [[evidence, unproved]] : []));

test('where a semaphore keeps the order that it has in the trace, that is why a cycle is not proved, and no bound of the search', async () => {
  const analysis = await analysed(
    '["lock","a"]',
    '["lock","b"]',
    '["lock","s",{"kind":"semaphore","permits":1}]',
    ...nested(1, 't1', 'a', 'b'),
    '[5,"release","t1","s",0,0,"permits"]',
    '[6,"take","t2","s",0,0,"permits"]',
    ...nested(7, 't2', 'b', 'a'),
  );
  expect(told(analysis)).toEqual([['possible', 'kept-order']]);
  expect(analysis.search.truncated).toEqual([]);
});

test('so it is where a lock of the cycle was released by a thread that did not hold it', async () => {
  const analysis = await analysed('["lock","a",{"unlock":"pthread"}]', '["lock","b"]', ...nested(1, 't1', 'a', 'b'), '[5,"release","t1","a",0,0]', ...nested(6, 't2', 'b', 'a'));
  expect(told(analysis)).toEqual([['possible', 'kept-order']]);
  expect(analysis.search.truncated).toEqual([]);
});
