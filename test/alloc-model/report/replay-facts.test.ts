import type { ReplayResult } from 'alloc-model';
import { expect, test } from 'vitest';
import { replayFacts } from '../../../packages/alloc-model/src/report/replay-facts.js';

const HOSTILE = 'a\u001b[2Jb\nc';
const SHOWN = 'a\\u001b[2Jb\\u000ac';
const base = { trace: 'x', allocator: 'jemalloc-4.5.0', options: { lgTcacheMax: null }, call: 3, calls: 9 } as const;

test.each<[Partial<ReplayResult> & Pick<ReplayResult, 'outcome'>, string]>([
  [{ outcome: 'hang', mutex: HOSTILE }, `hangs in call 3 of 9, waiting for ${SHOWN}`],
  [{ outcome: 'abort', message: HOSTILE }, `aborts in call 3 of 9: ${SHOWN}`],
  [{ outcome: 'undefined', reason: HOSTILE }, `undefined from call 3 of 9 on: ${SHOWN}`],
  [{ outcome: 'ok', trace: HOSTILE, call: 9 }, 'all 9 calls return'],
])('what an allocator says is escaped (%#)', (end, told) => {
  expect(replayFacts({ ...base, ...end })).toBe(`Replay of ${end.trace === undefined ? 'x' : SHOWN} on jemalloc-4.5.0: ${told}.`);
});
