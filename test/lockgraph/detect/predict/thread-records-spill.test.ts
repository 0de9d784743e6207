/** Records for which there is no temporary file, or not always. */
import { afterEach, expect, test, vi } from 'vitest';
import type * as Spill from '../../../../packages/lockgraph/src/trace/spill-file.js';
import { ThreadRecords } from '../../../../packages/lockgraph/src/detect/predict/thread-records.js';

const files = vi.hoisted(() => ({ tried: 0 }));
vi.mock('../../../../packages/lockgraph/src/trace/spill-file.js', async (original) => {
  const { SpillFile } = await original<typeof Spill>();
  return {
    SpillFile: class extends SpillFile {
      constructor() {
        files.tried++;
        super();
      }
    },
  };
});

afterEach(() => vi.unstubAllEnvs());

test('stay in memory where there can be no temporary file, which is tried once', () => {
  vi.stubEnv('TMPDIR', '/dev/null');
  const records = new ThreadRecords(0);
  const pairs = 100_000;
  for (let i = 0; i < pairs; i++) records.push(i % 3 === 0 ? 1 : 2, i * 4, i);
  expect(files.tried).toBe(1);
  for (const thread of [1, 2]) {
    const cursor = records.cursor(thread);
    let good = 0;
    for (let i = 0; i < pairs; i++) {
      if ((i % 3 === 0 ? 1 : 2) !== thread) continue;
      if (cursor.first === i * 4 && cursor.second === i) good++;
      cursor.advance();
    }
    expect([good, cursor.atEnd]).toEqual([records.size(thread), true]);
  }
  records.close();
});
