/** Patterns that take another order of critical sections, in traces that are too long to be searched as a whole. */
import { describe, expect, test } from 'vitest';
import { RandomNumbers } from './random-numbers.js';
import { analysed, told } from './traces.js';

const nested = (thread: string, first: string, second: string): string[] => [
  `${thread} take ${first}`,
  `${thread} take ${second}`,
  `${thread} release ${second}`,
  `${thread} release ${first}`,
];

/** Some events of threads that take locks in one order only, and speak of them by variables. */
function noise(events: number, seed: number, threads: readonly string[]): string[] {
  const random = new RandomNumbers(seed);
  const lines: string[] = [];
  while (lines.length < events) {
    const thread = random.pick(threads);
    const first = random.below(8);
    lines.push(...nested(thread, `N${first}`, `N${first + 1 + random.below(4)}`), `${thread} ${random.pick(['read', 'write'])} v${random.below(5)}`);
  }
  return lines;
}

/** A pattern that no order reaches which keeps that of the sections on A: t2 was in one after t1, and needs it before its stop. */
const reversed = [...nested('t1', 'A', 'B'), 't2 take A', 't2 release A', ...nested('t2', 'B', 'A')];
const others = ['n1', 'n2', 'n3'];

describe('in the midst of 10,000 events of others', () => {
  test('a pattern that takes another order is proved, by a schedule that ends with it', async () => {
    const before = noise(5_000, 1, others);
    const { findings } = await analysed([...before, ...reversed, ...noise(5_000, 2, others)]);
    expect(findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([['lock-order', 'proved']]);
    const { schedule, cycle } = findings[0]!;
    expect(new Set(cycle.map(({ wants }) => wants))).toEqual(new Set(['A', 'B']));
    // t2 has to leave its first section on A before t1 enters the one in which it stops.
    const row = (step: number): number => cycle.find(({ wants }) => wants === 'B')!.requestedAt.line! - 1 + step;
    expect(schedule!.slice(-4).toSorted()).toEqual([row(0), row(4), row(5), row(6)]);
    expect(schedule!.indexOf(row(5))).toBeLessThan(schedule!.indexOf(row(0)));
  });

  test('its threads may take part in the rest, too', async () => {
    const all = ['t1', 't2', ...others];
    const analysis = await analysed([...noise(5_000, 3, all), ...reversed, ...noise(5_000, 4, all)]);
    expect(told(analysis)).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  });

  test('a pattern is proved though events of others come between its parts', async () => {
    const analysis = await analysed([...noise(5_000, 5, others), ...reversed.flatMap((line, i) => [...noise(50, i, others), line]), ...noise(5_000, 6, others)]);
    expect(told(analysis)).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  });

  test('a pattern that what is read makes impossible stays possible', async () => {
    const blocked = [...nested('t1', 'A', 'B'), 't1 write x', 't2 read x', ...nested('t2', 'B', 'A')];
    const { findings } = await analysed([...noise(5_000, 7, others), ...blocked, ...noise(5_000, 8, others)]);
    expect(findings.map(({ evidence, unproved }) => [evidence, unproved])).toEqual([['possible', 'gave-up']]);
  });

  test('a pattern whose parts lie too far from each other stays possible', async () => {
    const [far, rest] = [reversed.slice(0, 6), reversed.slice(6)];
    const { findings, search } = await analysed([...far, ...noise(10_000, 9, others), ...rest]);
    expect(findings.map(({ evidence, unproved }) => [evidence, unproved])).toEqual([['possible', 'gave-up']]);
    expect(search.truncated).toEqual(['schedules']);
  });
});

describe('of a short trace', () => {
  test('a pattern that takes another order is proved', async () => {
    expect(told(await analysed(reversed))).toEqual(['proved lock-order: t1 A->B, t2 B->A']);
  });

  test('a pattern that only what is read makes impossible is possible, and was searched for', async () => {
    const { findings } = await analysed([...nested('t1', 'A', 'B'), 't1 write x', 't2 read x', ...nested('t2', 'B', 'A')]);
    expect(findings.map(({ evidence, unproved }) => [evidence, unproved])).toEqual([['possible', 'searched']]);
  });

  test('a pattern that the locks make impossible is refuted', async () => {
    // t1 runs only while t0 has G, and t2 has it where it stops.
    const first = ['t0 take G', 't0 spawn t1', ...nested('t1', 'A', 'B'), 't0 join t1', 't0 release G'];
    const analysis = await analysed([...first, 't2 take G', ...nested('t2', 'B', 'A'), 't2 release G']);
    expect([told(analysis), analysis.refuted]).toEqual([[], { unreachable: 1 }]);
    const beside = await analysed([...first, 't2 take G', 't2 release G', ...nested('t2', 'B', 'A')]);
    expect([told(beside), beside.refuted]).toEqual([['proved lock-order: t1 A->B, t2 B->A'], {}]);
  });
});
