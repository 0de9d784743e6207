import { expect, test } from 'vitest';
import type { Analysis } from '../../../packages/lockgraph/src/detect/finding.js';
import { analyseTrace } from '../../../packages/lockgraph/src/detect/trace-analysis.js';

const HEADER = '{"lockgraph":"trace","version":1}';
/** More than the recorder of an analysis remembers. */
const MANY = 70_000;

async function analysed(...lines: readonly string[]): Promise<Analysis> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
  return analyseTrace({ name: 'test', chunks: chunks() });
}

test('a place long before the end of a trace has its line, also where events before it were dropped', async () => {
  const nested = (from: number, thread: string, outer: string, inner: string): string[] => [
    `[${from},"take","${thread}","${outer}",0,0]`,
    `[${from + 1},"take","${thread}","${inner}",0,0]`,
    `[${from + 2},"release","${thread}","${inner}",0,0]`,
    `[${from + 3},"release","${thread}","${outer}",0,0]`,
  ];
  const others = Array.from({ length: MANY }, (_, i) => `[${i + 105},"${i % 2 === 0 ? 'take' : 'release'}","t3","c",0,0]`);
  const { findings } = await analysed(HEADER, '["lock","a"]', '["lock","b"]', '["lock","c"]', ...nested(101, 't1', 'a', 'b'), ...others, ...nested(105 + MANY, 't2', 'b', 'a'));
  expect(findings.map(({ kind }) => kind)).toEqual(['lock-order']);
  expect(findings[0]!.cycle.map(({ requestedAt: { event, line } }) => [event, line]).toSorted()).toEqual([[102, 6], [105 + MANY + 1, 9 + MANY + 1]]);
});
