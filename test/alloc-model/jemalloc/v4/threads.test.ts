import { describe, expect, it } from 'vitest';
import { inProcess } from './process.js';
import { arena } from '../process.js';

/** The arenas whose bin 4 is locked. */
const bins = (locks: readonly string[]): string[] => [...new Set(locks.flatMap((event) => /^L (arena\d+)\.bin\[3\]/.exec(event)?.[1] ?? []))];

describe('the first allocation of a thread', () => {
  it('takes these locks', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(48);
      expect(p.locks()).toEqual([
        'L arenas', 'U arenas',
        // The cache itself: a chunk is needed, and nodes of the radix tree.
        'L arena0.lock', 'L arena0.chunks_mtx', 'U arena0.chunks_mtx', 'U arena0.lock', 'L arena0.chunks_mtx', 'U arena0.chunks_mtx',
        'L base', 'U base', 'L base', 'U base', 'L arena0.lock', 'U arena0.lock',
        // The decay tickers, a block of 64 bytes.
        'L arena0.bin[4].lock', 'U arena0.bin[4].lock', 'L arena0.lock', 'U arena0.lock', 'L arena0.bin[4].lock', 'U arena0.bin[4].lock',
        // The list of caches.
        'L arena0.lock', 'U arena0.lock',
        // The refill of bin 3, which needs a run.
        'L arena0.bin[3].lock', 'U arena0.bin[3].lock', 'L arena0.lock', 'U arena0.lock', 'L arena0.bin[3].lock', 'U arena0.bin[3].lock',
      ]);
    });
  });

  it('chooses a new arena while there are any, then the one with the fewest threads', async () => {
    await inProcess({ narenas: 3 }, async (p) => {
      const chosen: string[][] = [];
      for (const thread of ['t0', 't1', 't2', 't3', 't4']) {
        await p.mallocx(48, 0, thread);
        chosen.push(bins(p.locks()));
      }
      expect(chosen).toEqual([['arena0'], ['arena1'], ['arena2'], ['arena0'], ['arena1']]);
      await p.exit('t2');
      p.locks();
      await p.mallocx(48, 0, 't5');
      expect(bins(p.locks())).toEqual(['arena2']);
    });
  });

  it('needs no lock to choose if there is one arena', async () => {
    await inProcess({ narenas: 1 }, async (p) => {
      await p.mallocx(48);
      expect(p.locks()[0]).toBe('L arena0.lock');
    });
  });

  it('can be told which arena, which is created', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(48);
      p.locks();
      await p.mallocx(96, arena(2));
      expect(p.locks().slice(0, 5)).toEqual(['L arenas', 'L base', 'U base', 'U arenas', 'L arena2.bin[6].lock']);
    });
  });

  it('cannot name an arena far beyond those that there are', async () => {
    await inProcess({}, async (p) => {
      await expect(p.mallocx(48, arena(20))).rejects.toThrow('MALLOCX_ARENA(20): there are 8 arenas, and the next one would be arena 8');
    });
  });
});

describe('a thread that only frees', () => {
  it('has no cache: its frees go to the bins of the blocks', async () => {
    await inProcess({}, async (p) => {
      const blocks = await p.many(3, 48);
      p.locks();
      await p.sdallocx(blocks[0]!, 48, 0, 't1');
      await p.dallocx(blocks[1]!, 0, 't1');
      // Its first one makes its decay tickers.
      expect(p.locks()).toEqual([
        'L arena0.bin[3].lock', 'U arena0.bin[3].lock', 'L arena0.bin[4].lock', 'U arena0.bin[4].lock', 'L arena0.bin[3].lock', 'U arena0.bin[3].lock',
      ]);
      await p.exit('t1');
      expect(p.locks()).toEqual(['L arena0.bin[4].lock', 'U arena0.bin[4].lock']);
    });
  });
});

describe('the end of a thread', () => {
  it('flushes every class, and gives the cache and the tickers back', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(48, 0, 't1');
      p.locks();
      await p.exit('t1');
      const bin = (i: number): string[] => [`L arena0.bin[${i}].lock`, `U arena0.bin[${i}].lock`];
      const all = Array.from({ length: 36 }, (_, i) => bin(i)).flat();
      const large = Array.from({ length: 5 }, () => ['L arena0.lock', 'U arena0.lock']).flat();
      // Its tickers were the only block of their run, which goes as well.
      const tickers = ['L arena0.bin[4].lock', 'U arena0.bin[4].lock', 'L arena0.lock', 'U arena0.lock', ...bin(4)];
      expect(p.locks()).toEqual(['L arena0.lock', ...all, 'U arena0.lock', ...all, ...large, 'L arena0.lock', 'U arena0.lock', ...tickers]);
    });
  });

  it('takes no lock if the thread never called', async () => {
    await inProcess({}, async (p) => {
      await p.mallocx(48);
      p.locks();
      await p.exit('t1');
      expect(p.locks()).toEqual([]);
    });
  });
});
