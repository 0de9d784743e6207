import { beforeAll, describe, expect, test } from 'vitest';
import { atOnce } from '../../../../packages/lockgraph/src/detect/predict/parts.js';
import { witnesses } from '../../../../packages/lockgraph/src/detect/predict/witness.js';
import type { Proposal, StepList, Stop, Witness } from '../../../../packages/lockgraph/src/detect/predict/witness.js';
import { NONE } from '../../../../packages/lockgraph/src/detect/state/columns.js';
import { Mode } from '../../../../packages/lockgraph/src/trace/event.js';
import { stored } from './stored.js';
import type { Stored } from './stored.js';

// Rows from 0: t1 stops at 2, t2 at 10; t2 has used A before, so that t1 takes it after that only in another order.
const TEXT = [
  'T1|w(x)|1',
  'T1|acq(A)|1',
  'T1|acq(B)|1',
  'T1|rel(B)|1',
  'T1|rel(A)|1',
  'T2|acq(A)|1',
  'T2|rel(A)|1',
  'T2|acq(C)|1',
  'T2|rel(C)|1',
  'T2|acq(B)|1',
  'T2|acq(A)|1',
  'T2|rel(A)|1',
  'T2|rel(B)|1',
];

let trace: Stored;
let ids: { t1: number; t2: number; a: number; b: number; c: number };
let good: Proposal;
let stops: readonly [Stop, Stop];

beforeAll(async () => {
  trace = await stored(`${TEXT.join('\n')}\n`);
  const { registry } = trace;
  const lock = (name: string): number => registry.findLock(name)!;
  ids = { t1: registry.threads.id('T1'), t2: registry.threads.id('T2'), a: lock('A'), b: lock('B'), c: lock('C') };
  stops = [
    { thread: ids.t1, object: ids.b, mode: Mode.exclusive, row: 2 },
    { thread: ids.t2, object: ids.a, mode: Mode.exclusive, row: 10 },
  ];
  good = { stops, cut: new Map(), tail: [5, 6, 7, 8, 9, 0, 1] };
});

const list = (each: number, left = 1000): StepList => ({ each, left });
const accepted = (...proposals: readonly Proposal[]): Witness[] => atOnce(witnesses(trace.store, trace.shape, proposals, list(100)));

test('a schedule that comes where it says is a witness, with its steps, and where each thread took what it has', () => {
  const [witness] = accepted(good);
  expect(witness).toMatchObject({ isWhole: true, steps: { rows: good.tail }, takenAt: [1, 9] });
  expect(witness!.steps.threads).toEqual([...Array.from({ length: 5 }, () => ids.t2), ids.t1, ids.t1]);
});

test('a part that keeps the order of the trace and one that does not are one schedule', () => {
  const [witness] = accepted({ ...good, cut: new Map([[ids.t1, 1]]), tail: [5, 6, 7, 8, 9, 1] });
  expect(witness!.steps.rows).toEqual([0, 5, 6, 7, 8, 9, 1]);
});

test('witnesses come in the order of the proposals, without those that are none', () => {
  const [wrong, right] = [{ ...good, tail: [1] }, { ...good }];
  expect(accepted(wrong, right, wrong, good).map(({ proposal }) => proposal)).toEqual([right, good]);
  expect(accepted()).toEqual([]);
});

test('of a schedule that is longer than what is listed, the tail is listed alone', () => {
  const [witness] = atOnce(witnesses(trace.store, trace.shape, [{ ...good, cut: new Map([[ids.t2, 9]]), tail: [9, 0, 1] }], list(6)));
  expect(witness).toMatchObject({ isWhole: false, steps: { rows: [9, 0, 1] } });
  const [whole] = atOnce(witnesses(trace.store, trace.shape, [{ ...good, cut: new Map([[ids.t2, 9]]), tail: [9, 0, 1] }], list(7)));
  expect(whole).toMatchObject({ isWhole: true, steps: { rows: [5, 6, 7, 8, 9, 0, 1] } });
});

test('of schedules that are together longer than what is listed, the later ones are cut', () => {
  const schedule = { ...good, cut: new Map([[ids.t2, 9]]), tail: [9, 0, 1] };
  const lengths = (left: number): number[] => atOnce(witnesses(trace.store, trace.shape, [schedule, schedule], list(100, left))).map(({ steps }) => steps.rows.length);
  expect(lengths(8)).toEqual([7, 7]);
  expect(lengths(7).toSorted()).toEqual([3, 7]);
  expect(lengths(3)).toEqual([3, 3]);
});

test('a cycle through a join ends with the thread that is waited for in it', async () => {
  const joined = await stored('T2|acq(A)|1\nT2|rel(A)|1\nT1|acq(A)|1\nT1|join(T2)|1\nT1|rel(A)|1\n');
  const [t1, t2, a] = [joined.registry.threads.id('T1'), joined.registry.threads.id('T2'), joined.registry.findLock('A')!];
  const proposal: Proposal = {
    stops: [
      { thread: t1, object: t2, mode: Mode.join, row: 3 },
      { thread: t2, object: a, mode: Mode.exclusive, row: 0 },
    ],
    cut: new Map([[t1, 3]]),
    tail: [],
  };
  expect(atOnce(witnesses(joined.store, joined.shape, [proposal], list(100)))[0]).toMatchObject({ steps: { rows: [2] }, takenAt: [2, NONE] });
  expect(atOnce(witnesses(joined.store, joined.shape, [{ ...proposal, stops: [proposal.stops[0]!, { ...proposal.stops[1]!, row: 1 }] }], list(100)))).toEqual([]);
});

describe('no witness is', () => {
  const tampered: readonly (readonly [string, () => Partial<Proposal>])[] = [
    ['one that leaves a step out', () => ({ tail: [5, 6, 7, 8, 9, 0] })],
    ['one that goes too far', () => ({ tail: [...good.tail, 2] })],
    ['one that makes a step twice', () => ({ tail: [5, 6, 7, 8, 9, 0, 0, 1] })],
    ['one that turns the order of a thread round', () => ({ tail: [5, 6, 7, 8, 9, 1, 0] })],
    ['one that keeps the order in which both would have a lock at once', () => ({ tail: [0, 1, 5, 6, 7, 8, 9] })],
    ['one with a step that the trace does not have', () => ({ tail: [...good.tail, 99] })],
    ['one whose cut goes beyond its stop', () => ({ cut: new Map([[ids.t2, 11]]), tail: [0, 1] })],
    ['one whose cut makes steps that the tail makes, too', () => ({ cut: new Map([[ids.t2, 6]]) })],
    ['one of a single thread', () => ({ stops: [stops[0]] })],
    ['one that names a thread twice', () => ({ stops: [stops[0], stops[1], stops[0]] })],
    ['one that says another lock', () => ({ stops: [stops[0], { ...stops[1], object: ids.c }] })],
    ['one that says another mode', () => ({ stops: [stops[0], { ...stops[1], mode: Mode.shared }] })],
    ['one that says another place of the same thread', () => ({ stops: [{ ...stops[0], row: 3 }, stops[1]] })],
    ['one that says a place of another thread', () => ({ stops: [{ ...stops[0], row: 7 }, stops[1]] })],
    ['one that says a place where nothing is wanted', () => ({ stops: [{ ...stops[0], row: 0 }, stops[1]], tail: [5, 6, 7, 8, 9] })],
    ['one that says a join where there is none', () => ({ stops: [{ ...stops[0], object: ids.t2, mode: Mode.join }, stops[1]] })],
    ['one that says a place behind the trace', () => ({ stops: [stops[0], { ...stops[1], row: 99 }] })],
  ];

  test.each(tampered)('%s', (_, change) => {
    expect(accepted({ ...good, ...change() })).toEqual([]);
  });
});

test('who waits for whom is checked the right way round', async () => {
  const text = ['T1|acq(A)|1', 'T1|acq(B)|1', 'T1|rel(B)|1', 'T1|rel(A)|1', 'T2|acq(B)|1', 'T2|acq(C)|1', 'T2|rel(C)|1', 'T2|rel(B)|1', 'T3|acq(C)|1', 'T3|acq(A)|1', 'T3|rel(A)|1', 'T3|rel(C)|1'];
  const ring = await stored(`${text.join('\n')}\n`);
  const stop = (thread: string, lock: string, row: number): Stop => ({ thread: ring.registry.threads.id(thread), object: ring.registry.findLock(lock)!, mode: Mode.exclusive, row });
  const [one, two, three] = [stop('T1', 'B', 1), stop('T2', 'C', 5), stop('T3', 'A', 9)];
  const proposal = { cut: new Map([one, two, three].map(({ thread, row }) => [thread, row])), tail: [] };
  expect(atOnce(witnesses(ring.store, ring.shape, [{ ...proposal, stops: [one, two, three] }], list(100)))).toHaveLength(1);
  expect(atOnce(witnesses(ring.store, ring.shape, [{ ...proposal, stops: [three, two, one] }], list(100)))).toEqual([]);
});
