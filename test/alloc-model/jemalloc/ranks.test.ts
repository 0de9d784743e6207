/** The declared order of jemalloc's mutexes, and that legal calls keep it. That random programs have no finding at all, `programs.property.test.ts` tries. */
import { readdirSync } from 'node:fs';
import type { Finding, Registry } from 'lockgraph';
import { describe, expect, test } from 'vitest';
import { replay } from '../../../packages/alloc-model/src/lab/replay/replay.js';
import type { ReplayOptions } from '../../../packages/alloc-model/src/lab/replay/replay.js';
import { readCallLogFile } from '../../../packages/alloc-model/src/trace/read.js';
import { JemallocProcess } from './process.js';
import { versions } from './versions.js';

const folder = 'test/fixtures/alloc/traces';
const legal = readdirSync(folder).filter((name) => name.endsWith('.ok.trace'));

/** Classes of locks in rising rank, those of one rank side by side. */
function order(registry: Registry): string[] {
  const ranks = new Map<number, Set<string>>();
  for (let id = 0; id < registry.lockCount; id++) {
    const { class: lockClass, rank } = registry.lock(id);
    if (!ranks.has(rank!)) ranks.set(rank!, new Set());
    ranks.get(rank!)!.add(lockClass);
  }
  return [...ranks].toSorted(([one], [other]) => one - other).map(([, classes]) => [...classes].toSorted().join(' '));
}

const orders: Readonly<Record<string, readonly string[]>> = {
  '4.5.0': ['arenas', 'arena.lock', 'arena.chunks_mtx', 'arena.node_cache_mtx', 'base', 'arena.bin arena.huge_mtx'],
  '5.3.0': [
    'init_lock',
    'arenas',
    'background_thread_global',
    'background_thread',
    'decay',
    'tcache_ql',
    'extent_grow',
    'extents',
    'edata_cache',
    'rtree',
    'base',
    'arena_large',
    'bin',
  ],
};

async function violations(name: string, options: ReplayOptions): Promise<Finding[]> {
  const { analysis } = await replay(await readCallLogFile(`${folder}/${name}`), options);
  return analysis.findings.filter((finding) => finding.kind === 'rank-violation');
}

describe.each(versions)('jemalloc $version', ({ version, create }) => {
  test('declares the order of its mutexes', async () => {
    const p = new JemallocProcess((monitor) => create(monitor, { narenas: 1 }));
    // The first call makes the arena.
    await p.run(async () => void (await p.mallocx(8)));
    expect(order(p.monitor.registry)).toEqual(orders[version]);
  });

  test.each(legal)('keeps it in the legal calls of %s', async (name) => {
    const allocator = `jemalloc-${version}` as ReplayOptions['allocator'] & string;
    for (const lgTcacheMax of [11, 15]) expect(await violations(name, { allocator, lgTcacheMax })).toEqual([]);
  });
});

test('the flush that frees into a wrong bin takes the lock of its arena with a leaf in its hands', async () => {
  const [first] = await violations('tiny-48as32.bad.trace', { allocator: 'jemalloc-4.5.0' });
  expect(first).toMatchObject({
    locks: ['arena0.lock', 'arena0.bin[2].lock'],
    ranks: { wanted: 9, held: 0xffff_ffff, of: 'rank' },
  });
  expect(first!.history.at(-1)).toMatchObject({ operation: 'sdallocx #1001', what: 'request', misuse: 'rank-violation' });
});
