import { describe, expect, test } from 'vitest';
import { type CallLog, callLogText } from 'alloc-model';
import { oldestFirst } from '../../../../packages/alloc-model/src/lab/minimize/guesses.js';
import { Probe, type Shown } from '../../../../packages/alloc-model/src/lab/minimize/probe.js';
import { Reduction } from '../../../../packages/alloc-model/src/lab/minimize/reduction.js';
import { shrinkByOne, shrinkInNumbers } from '../../../../packages/alloc-model/src/lab/minimize/shrink.js';
import type { Signature } from '../../../../packages/alloc-model/src/lab/minimize/signature.js';
import { simplifySizes } from '../../../../packages/alloc-model/src/lab/minimize/simplify.js';
import { logOf } from './log-of.js';

const signature: Signature = { outcome: 'hang', classes: null };
const own = (size: number): number => size;
const textOf = (log: CallLog): string => [...callLogText(log)].join('');

/** Says of a log that it shows something in its last call if its text passes. */
class FakeProbe extends Probe {
  readonly #passes: (text: string) => boolean;

  constructor(passes: (text: string) => boolean) {
    super({}, own);
    this.#passes = passes;
  }

  override async try(log: CallLog): Promise<Shown | undefined> {
    this.replays++;
    if (log.calls === 0 || !this.#passes(textOf(log))) return undefined;
    return { signature, stop: log.calls } as Shown;
  }
}

async function reductionOf(text: string, passes: (text: string) => boolean): Promise<Reduction> {
  return new Reduction(await logOf(text), signature, new FakeProbe(passes), () => false);
}

describe('shrinkByOne', () => {
  test('tries a call again after another one was left out', async () => {
    const passes = (text: string): boolean => text.includes(' 30 ') && (text.includes(' 20 ') || !text.includes(' 10 '));
    const reduction = await reductionOf('mallocx 1 10 0\nmallocx 2 20 0\nmallocx 3 30 0\n', passes);
    expect(await shrinkByOne(reduction)).toBe(true);
    expect(textOf(reduction.log)).toBe('mallocx 1 30 0\n');
  });

  test('leaves out a whole life where no part of it can go', async () => {
    const life = 'mallocx 1 10 0\nrallocx 1 2 20 0\ndallocx 2 0\n';
    const passes = (text: string): boolean => text.endsWith(' 30 0\n') && (text.includes(life) || text.split('\n').length === 2);
    const reduction = await reductionOf(`${life}mallocx 3 30 0\n`, passes);
    expect(await shrinkByOne(reduction)).toBe(true);
    expect(textOf(reduction.log)).toBe('mallocx 1 30 0\n');
  });

  test('tries each call once where none can go', async () => {
    const text = 'mallocx 1 10 0\nsdallocx 1 10 0\nmallocx 2 30 0\n';
    const probe = new FakeProbe((each) => each === text);
    expect(await shrinkByOne(new Reduction(await logOf(text), signature, probe, () => false))).toBe(true);
    expect(probe.replays).toBe(3);
  });
});

describe('shrinkInNumbers', () => {
  const blocks = (count: number): string => Array.from({ length: count }, (_, i) => `mallocx ${i + 1} 10 0\n`).join('');
  const count = (text: string): number => text.split('\n').length - 1;

  test('leaves out as many as can go together, where fewer cannot', async () => {
    const reduction = await reductionOf(blocks(20), (text) => count(text) % 10 === 0);
    await shrinkInNumbers(reduction, own);
    expect(reduction.log.calls).toBe(10);
  });

  test('leaves out calls that free, and keeps their blocks', async () => {
    const freed = `${blocks(4)}dallocx 1 0\ndallocx 2 0\ndallocx 3 0\ndallocx 4 0\nmallocx 5 20 0\n`;
    const reduction = await reductionOf(freed, (text) => text.includes(blocks(4)) && count(text) % 3 === 0);
    await shrinkInNumbers(reduction, own);
    expect(textOf(reduction.log)).toBe(`${blocks(4)}dallocx 1 0\nmallocx 5 20 0\n`);
  });
});

describe('simplifySizes', () => {
  test('gives blocks the sizes of the commonest', async () => {
    const reduction = await reductionOf('mallocx 1 10 0\nmallocx 2 20 0\nmallocx 3 10 0\n', () => true);
    await simplifySizes(reduction, own);
    expect(textOf(reduction.log)).toBe('mallocx 1 10 0\nmallocx 2 10 0\nmallocx 3 10 0\n');
  });
});

describe('oldestFirst', () => {
  test('frees blocks of one class in the order in which they came', async () => {
    const log = await logOf('mallocx 1 10 0\nmallocx 2 20 0\nmallocx 3 10 0\nrallocx 3 4 20 0\nsdallocx 4 20 0\ndallocx 2 0\n');
    expect(textOf(oldestFirst(log, own))).toBe('mallocx 1 10 0\nmallocx 2 20 0\nmallocx 3 10 0\nrallocx 1 4 20 0\nsdallocx 2 20 0\ndallocx 4 0\n');
  });
});

describe('a probe', () => {
  test('takes a log that the allocator does not model for one that shows nothing', async () => {
    expect(await new Probe({}, own).try(await logOf('mallocx 1 8 512\n'))).toBeUndefined();
  });
});
