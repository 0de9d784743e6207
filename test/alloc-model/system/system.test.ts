import { Simulation } from 'lockgraph';
import { describe, expect, it } from 'vitest';
import type { Allocator } from '../../../packages/alloc-model/src/allocator.js';
import { createSystemAllocator } from '../../../packages/alloc-model/src/system/system.js';

const thread = new Simulation({ sites: false }).thread('t0');

describe('the system allocator', () => {
  it('has blocks of glibc\'s sizes', () => {
    const system = createSystemAllocator();
    expect([1, 24, 25, 40, 41, 100].map((size) => system.nallocx(size, 0))).toEqual([24, 24, 40, 40, 56, 104]);
    expect(system.sallocx(system.mallocx(thread, 25, 0))).toBe(40);
  });

  it('does not look at the claimed size', () => {
    const system = createSystemAllocator();
    const block = system.mallocx(thread, 100, 0);
    (system as Allocator).sdallocx(thread, block, 8, 0);
    expect(system.mallocx(thread, 104, 0)).toBe(block);
  });

  it('keeps blocks apart, aligned as asked', () => {
    const system = createSystemAllocator();
    let end = 0;
    for (const [size, lg] of [[100, 0], [8, 12], [5000, 6], [1, 0]] as const) {
      const block = system.mallocx(thread, size, lg);
      expect(block % Math.max(2 ** lg, 16)).toBe(0);
      expect(block).toBeGreaterThanOrEqual(end);
      end = block + system.sallocx(block);
    }
  });

  it('has no memory beyond the addresses of a process, and goes on', () => {
    const system = createSystemAllocator();
    expect(system.mallocx(thread, 8, 63)).toBe(0);
    expect(system.mallocx(thread, 2 ** 47, 0)).toBe(0);
    const block = system.mallocx(thread, 8, 0);
    expect(system.rallocx(thread, block, 2 ** 60, 0)).toBe(0);
    expect(system.sallocx(block)).toBe(24);
    expect(system.mallocx(thread, 8, 0)).not.toBe(block);
  });

  it('moves a block only if it needs another size', () => {
    const system = createSystemAllocator();
    const block = system.mallocx(thread, 100, 0);
    expect(system.rallocx(thread, block, 104, 0)).toBe(block);
    const moved = system.rallocx(thread, block, 200, 0);
    expect(moved).not.toBe(block);
    expect(() => system.sallocx(block)).toThrow(`no block is at 0x${block.toString(16)}`);
  });
});
