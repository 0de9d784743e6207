import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeKnowledge } from '../../../../packages/lockgraph/src/detect/knowledge/merge.js';
import { readKnowledge } from '../../../../packages/lockgraph/src/detect/knowledge/read.js';
import { knowledgeText } from '../../../../packages/lockgraph/src/detect/knowledge/write.js';
import { randomKnowledge } from './random-knowledge.js';
import { sourceOf } from './source-of.js';

const knowledge = randomKnowledge();
const nothing = mergeKnowledge([]);

describe('merging', () => {
  it('does not depend on the order of the parts', () => {
    fc.assert(
      fc.property(fc.array(knowledge, { maxLength: 5 }).chain((parts) => fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length }))), ([parts, shuffled]) => {
        expect(knowledgeText(mergeKnowledge(shuffled))).toBe(knowledgeText(mergeKnowledge(parts)));
      }),
    );
  });

  it('does not depend on what is merged with what first', () => {
    fc.assert(
      fc.property(knowledge, knowledge, knowledge, (a, b, c) => {
        const together = mergeKnowledge([a, b, c]);
        expect(knowledgeText(mergeKnowledge([mergeKnowledge([a, b]), c]))).toBe(knowledgeText(together));
        expect(knowledgeText(mergeKnowledge([a, mergeKnowledge([b, c])]))).toBe(knowledgeText(together));
      }),
      { numRuns: 300 },
    );
  });

  it('adds nothing where all is known', () => {
    fc.assert(
      fc.property(knowledge, knowledge, (a, b) => {
        const together = mergeKnowledge([a, b]);
        expect(mergeKnowledge([a, a])).toEqual(a);
        expect(mergeKnowledge([together, a])).toEqual(together);
        expect(mergeKnowledge([a, nothing])).toEqual(a);
      }),
    );
  });

  it('changes no part', () => {
    fc.assert(
      fc.property(knowledge, knowledge, (a, b) => {
        const before = knowledgeText(a);
        mergeKnowledge([a, b]);
        expect(knowledgeText(a)).toBe(before);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a file', () => {
  it('is read as what was written, and written again as the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(knowledge, fc.integer({ min: 1, max: 999 }), async (known, piece) => {
        const text = knowledgeText(known);
        const read = await readKnowledge(sourceOf(text, piece));
        expect(read).toEqual(known);
        expect(knowledgeText(read)).toBe(text);
      }),
    );
  });

  it('is refused, with its line, or means the same, when any of its bytes is another one', async () => {
    await fc.assert(
      fc.asyncProperty(knowledge, fc.nat(), fc.nat({ max: 127 }), async (known, at, byte) => {
        const bytes = Buffer.from(knowledgeText(known));
        bytes[at % bytes.length] = byte;
        const outcome = await readKnowledge(sourceOf(bytes, 64)).then(
          (read) => knowledgeText(read).length > 0,
          (error: unknown) => String(error),
        );
        if (outcome !== true) expect(outcome).toMatch(/^TraceError: known\.jsonl(:\d+)?: ./);
      }),
      { numRuns: 500 },
    );
  });
});
