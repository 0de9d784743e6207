/** Random knowledge, of few names, so that different runs speak of the same. */
import fc from 'fast-check';
import type { Example, HoldMode, Knowledge, Nesting, Spot } from '../../../../packages/lockgraph/src/detect/knowledge/knowledge.js';
import { KnowledgeMerge } from '../../../../packages/lockgraph/src/detect/knowledge/merge.js';

const mode = fc.oneof({ weight: 3, arbitrary: fc.constant<HoldMode>('exclusive') }, { weight: 1, arbitrary: fc.constantFrom<HoldMode>('shared', 'upgradable') });
const THREADS = ['main', 't0', 't1', 't2', 't3', 't4', 't5'];

const spot: fc.Arbitrary<Spot> = fc.record(
  {
    event: fc.integer({ min: 1, max: 9 }),
    line: fc.integer({ min: 1, max: 9 }),
    site: fc.constantFrom('a.ts:1', 'b.ts:2', 'line\nend'),
    stack: fc.array(fc.constantFrom('f', 'g', '__proto__'), { maxLength: 2 }),
  },
  { requiredKeys: ['event'] },
);

/** @param classes to choose from, at least two */
function nestingOf(classes: readonly string[], tried: number): fc.Arbitrary<Omit<Nesting, 'examples'>> {
  return fc
    .tuple(fc.subarray([...classes], { minLength: 2, maxLength: Math.min(3, classes.length) }), fc.array(mode, { minLength: 3, maxLength: 3 }), fc.nat(), fc.integer({ min: 1, max: 8 }))
    .map(([names, modes, wanted, trial]) => {
      const uses = names.map((name, i) => ({ class: name, mode: modes[i]! }));
      const [wants] = uses.splice(wanted % uses.length, 1);
      return { wants: wants!, held: uses.toSorted((a, b) => (a.class < b.class ? -1 : 1)), tried: trial <= tried };
    });
}

function exampleOf(held: number, thread: fc.Arbitrary<string>): fc.Arbitrary<Example> {
  return fc.record({
    thread,
    trace: fc.constantFrom('a.std', 'b.std', 'ü 😀'),
    requestedAt: spot,
    acquiredAt: fc.array(spot, { minLength: held, maxLength: held }),
  });
}

interface RandomOptions {
  readonly classes?: readonly string[];
  readonly threads?: readonly string[];
  /** Of eight nestings, how many are only tried. */
  readonly tried?: number;
}

/** What a few threads show. Each profile is one of a run of its own. */
export function randomKnowledge({ classes = ['A', 'B', 'C', 'D'], threads: names = THREADS, tried = 1 }: RandomOptions = {}): fc.Arbitrary<Knowledge> {
  const thread = fc.constantFrom(...names);
  const shown = nestingOf(classes, tried).chain((nesting) => fc.tuple(fc.constant(nesting), fc.array(exampleOf(nesting.held.length, thread), { minLength: 1, maxLength: 7 })));
  return fc
    .record({
      complete: fc.boolean(),
      several: fc.subarray([...classes], { maxLength: 2 }),
      nestings: fc.array(shown, { maxLength: 6 }),
      profiles: fc.array(fc.tuple(thread, fc.array(fc.nat(), { minLength: 1, maxLength: 4 })), { maxLength: 8 }),
      patterns: fc.array(fc.tuple(fc.array(fc.nat(), { minLength: 2, maxLength: 3 }), fc.array(thread, { minLength: 3, maxLength: 3 }), fc.boolean()), { maxLength: 4 }),
    })
    .map(({ complete, several, nestings, profiles, patterns }) => {
      const merge = new KnowledgeMerge();
      if (!complete) merge.addGap();
      for (const name of several) merge.addSeveral(name);
      const ids = nestings.map(([nesting, examples]) => {
        const id = merge.nesting(nesting);
        for (const example of examples) merge.addExample(id, example);
        return id;
      });
      if (ids.length === 0) return merge.knowledge();
      const chosen = (numbers: readonly number[]): number[] => [...new Set(numbers.map((number) => ids[number % ids.length]!))];
      for (const [name, numbers] of profiles) merge.addProfile(name, new Set(chosen(numbers)));
      for (const [numbers, threads, meet] of patterns) {
        const made = chosen(numbers);
        if (made.length < 2) continue;
        if (meet) merge.addMeeting(made);
        else merge.addApart(made.map((nesting, i) => [nesting, threads[i]!]));
      }
      return merge.knowledge();
    });
}
