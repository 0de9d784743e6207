import { Monitor, Simulation } from 'lockgraph';
import { describe, expect, it } from 'vitest';
import { CacheBin } from '../../../packages/alloc-model/src/jemalloc/cache-bin.js';
import { Misuse } from '../../../packages/alloc-model/src/jemalloc/misuse.js';

describe('the cache of a class', () => {
  it('is a stack that remembers how low it was', () => {
    const cacheBin = new CacheBin(0);
    cacheBin.push(8, 1);
    cacheBin.push(16, 2);
    cacheBin.lowWater = 2;
    expect([cacheBin.pop(), cacheBin.lowWater, cacheBin.pop(), cacheBin.pop(), cacheBin.lowWater]).toEqual([16, 1, 8, 0, 0]);
  });

  it('takes no more than it has room for', () => {
    const cacheBin = new CacheBin(35);
    for (let i = 1; i <= 20; i++) expect(cacheBin.push(i, i)).toBe(true);
    expect([cacheBin.push(21, 21), cacheBin.ncached]).toEqual([false, 20]);
  });

  it('drops its oldest blocks, and keeps the order of the others', () => {
    const cacheBin = new CacheBin(0);
    for (let i = 1; i <= 5; i++) cacheBin.push(i, i === 2 || i === 4 ? ~i : i);
    expect(cacheBin.strays).toBe(2);
    cacheBin.drop(3);
    expect([cacheBin.pop(), cacheBin.pop(), cacheBin.pop(), cacheBin.strays]).toEqual([5, 4, 0, 1]);
  });

  it('tells who first brought a block of another class, when that leaves', () => {
    const monitor = new Monitor();
    const thread = new Simulation({ monitor, sites: false }).thread('t0');
    const misuse = new Misuse(monitor.registry, () => 'somewhere');
    const cacheBin = new CacheBin(3);
    cacheBin.push(64, 7);
    cacheBin.push(128, ~8);
    expect([cacheBin.popBlock(misuse), cacheBin.popBlock(misuse), cacheBin.popBlock(misuse), cacheBin.strays]).toEqual([128, 64, 0, 0]);
    thread.begin(monitor.registry.operation('call'));
    const wrong = { claimed: 48, alignment: 0, claimedClass: 3, trueClass: 5, fate: 'cached' } as const;
    expect(misuse.claim(thread, { ...wrong, address: 128 })).toBe(8);
    expect(misuse.claim(thread, { ...wrong, address: 64 })).toBe(thread.operation);
  });
});
