import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Segments } from '../../../../packages/lockgraph/src/detect/order/segments.js';

const MAIN = 0;
const CHILD = 1;
const OTHER = 2;

describe('a part of a thread', () => {
  test('is before what the threads do that it starts later', () => {
    const segments = new Segments();
    segments.arrow(MAIN, CHILD);
    expect(segments.before(MAIN, 0, CHILD, segments.current(CHILD))).toBe(true);
    expect(segments.before(MAIN, segments.current(MAIN), CHILD, segments.current(CHILD))).toBe(false);
  });

  test('is before what a thread does that has joined it', () => {
    const segments = new Segments();
    segments.arrow(CHILD, MAIN);
    expect(segments.before(CHILD, 0, MAIN, segments.current(MAIN))).toBe(true);
    expect(segments.before(CHILD, 0, MAIN, 0)).toBe(false);
  });

  test('is before the later parts of its own thread', () => {
    const segments = new Segments();
    expect(segments.any).toBe(false);
    expect(segments.cut(MAIN)).toBe(0);
    expect(segments.before(MAIN, 0, MAIN, 1)).toBe(true);
    expect(segments.before(MAIN, 1, MAIN, 1)).toBe(false);
  });

  test('is before what happens by way of a third thread', () => {
    const segments = new Segments();
    segments.arrow(MAIN, CHILD);
    segments.arrow(CHILD, OTHER);
    expect(segments.before(MAIN, 0, OTHER, segments.current(OTHER))).toBe(true);
    expect(segments.before(OTHER, 0, MAIN, segments.current(MAIN))).toBe(false);
  });

  test('that ended earlier can lead to others later', () => {
    const segments = new Segments();
    const ended = segments.cut(MAIN);
    segments.cut(MAIN);
    segments.arrowFrom(MAIN, ended, CHILD);
    expect(segments.before(MAIN, 0, CHILD, segments.current(CHILD))).toBe(true);
    expect(segments.before(MAIN, 1, CHILD, segments.current(CHILD))).toBe(false);
  });

  test('is not before itself by an arrow to its own thread', () => {
    const segments = new Segments();
    segments.arrow(MAIN, MAIN);
    expect(segments.any).toBe(false);
    expect(segments.current(MAIN)).toBe(0);
  });
});

/** A vector clock for each part of each thread: what it knows of every thread. */
class Clocks {
  readonly #parts: Map<number, number>[][] = [];

  current(thread: number): number {
    return this.#of(thread).length - 1;
  }

  cut(thread: number): number {
    const parts = this.#of(thread);
    parts.push(new Map(parts.at(-1)));
    return parts.length - 2;
  }

  arrowFrom(from: number, segment: number, to: number): void {
    if (from === to) return;
    this.cut(to);
    const known = this.#of(to).at(-1)!;
    const learned = new Map(this.#of(from)[segment]).set(from, segment);
    for (const [thread, upTo] of learned) known.set(thread, Math.max(known.get(thread) ?? -1, upTo));
  }

  before(thread: number, segment: number, laterThread: number, laterSegment: number): boolean {
    if (thread === laterThread) return segment < laterSegment;
    return (this.#of(laterThread)[laterSegment]!.get(thread) ?? -1) >= segment;
  }

  #of(thread: number): Map<number, number>[] {
    return (this.#parts[thread] ??= [new Map()]);
  }
}

type Step = { readonly cut: number } | { readonly from: number; readonly to: number; readonly back: number };

const THREADS = 6;
const thread = fc.nat(THREADS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(fc.record({ cut: thread }), fc.record({ from: thread, to: thread, back: fc.nat(3) }), fc.record({ from: thread, to: thread, back: fc.constant(0) }));
const question = fc.record({ after: fc.nat(40), one: thread, other: thread, oneBack: fc.nat(5), otherBack: fc.nat(5) });

test('parts are ordered as by vector clocks, whatever was asked before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(question, { maxLength: 40 }), (steps, questions) => {
      const segments = new Segments();
      const clocks = new Clocks();
      const ask = (): void => {
        for (const { one, other, oneBack, otherBack } of questions) {
          const of = (asked: number, back: number): number => Math.max(0, clocks.current(asked) - back);
          const parts = [one, of(one, oneBack), other, of(other, otherBack)] as const;
          expect([...parts, segments.before(...parts)]).toEqual([...parts, clocks.before(...parts)]);
        }
      };
      for (const [index, made] of steps.entries()) {
        if (questions.some(({ after }) => after === index)) ask();
        if ('cut' in made) {
          expect(segments.cut(made.cut)).toBe(clocks.cut(made.cut));
          continue;
        }
        const ended = [segments.cut(made.from), clocks.cut(made.from)] as const;
        segments.arrowFrom(made.from, Math.max(0, ended[0] - made.back), made.to);
        clocks.arrowFrom(made.from, Math.max(0, ended[1] - made.back), made.to);
        expect(segments.current(made.to)).toBe(clocks.current(made.to));
      }
      ask();
    }),
    { numRuns: 300 },
  );
});

test('a long row of threads that are started and joined one after the other is walked once', () => {
  const segments = new Segments();
  const threads = 20_000;
  for (let child = 1; child <= threads; child++) {
    segments.arrow(MAIN, child);
    segments.arrow(child, MAIN);
    // A walk from the beginning for each would be 10^8 steps and more.
    expect(segments.before(child, 1, MAIN, segments.current(MAIN))).toBe(true);
  }
  expect(segments.before(1, 1, threads, segments.current(threads))).toBe(true);
  expect(segments.before(threads, 1, 1, segments.current(1))).toBe(false);
});
