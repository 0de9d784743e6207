import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogCheck } from '../../../../packages/alloc-model/src/lab/check/check.js';
import type { CheckResult } from '../../../../packages/alloc-model/src/lab/check/check-result.js';
import { CallKind } from '../../../../packages/alloc-model/src/trace/call-log.js';

interface Call {
  readonly kind: CallKind;
  readonly id: number;
  readonly newId: number;
  readonly size: number;
}

/** Any numbers, made a correct program: each pick names a live block, and frees claim what was asked for. */
function legal(picks: readonly (readonly [number, number, number])[]): Call[] {
  const live: { id: number; size: number }[] = [];
  const calls: Call[] = [];
  for (const [pick, what, size] of picks) {
    const kind = live.length === 0 ? CallKind.mallocx : (what as CallKind);
    const at = pick % Math.max(live.length, 1);
    const [block] = kind === CallKind.mallocx ? [undefined] : live.splice(at, 1);
    const id = block?.id ?? calls.length * 3;
    const newId = kind === CallKind.rallocx ? (pick % 2 === 0 ? id : calls.length * 3) : id;
    if (kind === CallKind.mallocx || kind === CallKind.rallocx) live.push({ id: newId, size });
    calls.push({ kind, id, newId, size: kind === CallKind.sdallocx ? block!.size : size });
  }
  return calls;
}

function check(calls: readonly Call[]): CheckResult {
  const log = new LogCheck('x');
  for (const { kind, id, newId, size } of calls) {
    if (kind === CallKind.mallocx) log.mallocx(id, size, 0, 0);
    else if (kind === CallKind.rallocx) log.rallocx(id, newId, size, 0, 0);
    else if (kind === CallKind.sdallocx) log.sdallocx(id, size, 0, 0);
    else log.dallocx(id, 0, 0);
  }
  return log.result();
}

const anyCalls = fc.array(fc.tuple(fc.nat(1000), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40_000 })), { minLength: 1, maxLength: 60 });

interface Wrong {
  readonly what: string;
  /** Calls to put in at a place; the block 1 is in no other call. */
  readonly calls: readonly Omit<Call, 'newId'>[];
  /** Which of them is wrong, from 1. */
  readonly nth: number;
  readonly told: (result: CheckResult) => readonly { readonly call: number }[];
}

const malloc = (size: number): Wrong['calls'][number] => ({ kind: CallKind.mallocx, id: 1, size });
const sized = (size: number): Wrong['calls'][number] => ({ kind: CallKind.sdallocx, id: 1, size });
const free: Wrong['calls'][number] = { kind: CallKind.dallocx, id: 1, size: 0 };

const wrongCalls: readonly Wrong[] = [
  { what: 'a claim of another class', calls: [malloc(48), sized(49)], nth: 2, told: ({ mismatches }) => [mismatches.first!] },
  { what: 'a double free', calls: [malloc(8), free, free], nth: 3, told: ({ doubleFrees }) => doubleFrees.first },
  { what: 'an unknown block', calls: [free], nth: 1, told: ({ unknownBlocks }) => unknownBlocks.first },
  { what: 'an id given out twice', calls: [malloc(8), malloc(8), free], nth: 2, told: ({ reusedIds }) => reusedIds.first },
  { what: 'a size of 0', calls: [malloc(0), free], nth: 1, told: ({ zeroSizes }) => zeroSizes.first },
];

function wrongs({ mismatches, harmless, doubleFrees, unknownBlocks, reusedIds, zeroSizes }: CheckResult): number {
  return mismatches.count + harmless.count + doubleFrees.count + unknownBlocks.count + reusedIds.count + zeroSizes.count;
}

test('of a correct program nothing is wrong, and what it has not freed is what is live', () => {
  fc.assert(
    fc.property(anyCalls, (picks) => {
      const calls = legal(picks);
      const live = new Map<number, number>();
      for (const { kind, id, newId, size } of calls) {
        live.delete(id);
        if (kind === CallKind.mallocx || kind === CallKind.rallocx) live.set(newId, size);
      }
      const result = check(calls);
      expect(wrongs(result)).toBe(0);
      expect([result.neverFreed.count, result.neverFreed.bytes]).toEqual([live.size, [...live.values()].reduce((a, b) => a + b, 0)]);
    }),
  );
});

test.each(wrongCalls)('$what is found at its call, and nothing else', ({ calls: wrong, nth, told }) => {
  fc.assert(
    fc.property(anyCalls, fc.nat(60), (picks, place) => {
      const calls = legal(picks);
      const at = Math.min(place, calls.length);
      const result = check([...calls.slice(0, at), ...wrong.map((call) => ({ ...call, newId: call.id })), ...calls.slice(at)]);
      expect(told(result)[0]!.call).toBe(at + nth);
      expect(wrongs(result)).toBe(1);
    }),
  );
});
