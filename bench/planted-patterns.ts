/**
 * Patterns to plant in a trace, of which it is known what there is to say. Each uses locks of its own, named for its kind, and its lines come in one piece
 * by threads that hold nothing else: then nothing that the trace does otherwise can reach, order or prevent it.
 */

/** What a planted pattern is, and so what has to be said of it. */
export const kinds = ['syncPreserving', 'threeCycle', 'reversed', 'joinCycle', 'blocked', 'gate', 'ordered', 'sameThread'] as const;
export type Kind = (typeof kinds)[number];

/** How many of each kind. */
export type Planted = Readonly<Record<Kind, number>>;

/** `count` patterns, of all kinds alike. */
export function plantedAlike(count: number): Planted {
  const share = (index: number): number => Math.floor((count + kinds.length - 1 - index) / kinds.length);
  return Object.fromEntries(kinds.map((kind, index) => [kind, share(index)])) as Record<Kind, number>;
}

/** Kinds that start a thread can be there only once. */
export function isRepeatable(kind: Kind): boolean {
  return kind !== 'ordered' && kind !== 'joinCycle';
}

/**
 * The lines of one instance.
 * @param threads names of three threads
 */
export function plantedLines(kind: Kind, name: string, [t1, t2, t3]: readonly [string, string, string]): string[] {
  const [a, b, c, gate] = [`${name}.A`, `${name}.B`, `${name}.C`, `${name}.gate`] as const;
  const child = `child.of.${name}`;
  switch (kind) {
    case 'syncPreserving':
      return [...nested(t1, a, b), ...nested(t2, b, a), ...handBack(name, t2, t1)];
    case 'threeCycle':
      return [...nested(t1, a, b), ...nested(t2, b, c), ...nested(t3, c, a)];
    case 'reversed':
      // Both have to be beyond their take of C, but in the trace the first is inside when it takes B: the second has to take C first.
      return [...nested(t1, a, c, b), ...nested(t2, c), ...nested(t2, b, a), ...handBack(name, t2, t1)];
    case 'joinCycle':
      return [step(t1, 'fork', child), ...nested(child, a), step(t1, 'acq', a), step(t1, 'join', child), step(t1, 'rel', a)];
    case 'blocked':
      // The second comes only after it has seen that the first is through, and the other way round.
      return [...nested(t1, a, b), ...handBack(`${name}.there`, t1, t2), ...nested(t2, b, a), ...handBack(name, t2, t1)];
    case 'gate':
      return [...nested(t1, gate, a, b), ...nested(t2, gate, b, a)];
    case 'ordered':
      return [...nested(t1, a, b), step(t1, 'fork', child), ...nested(child, b, a), step(t1, 'join', child)];
    case 'sameThread':
      return [...nested(t1, a, b), ...nested(t1, b, a)];
  }
}

function step(thread: string, op: string, operand: string): string {
  return `${thread}|${op}(${operand})|1\n`;
}

/** Takes locks, each in the one before, and releases them. */
function nested(thread: string, ...locks: readonly string[]): string[] {
  return [...locks.map((lock) => step(thread, 'acq', lock)), ...locks.toReversed().map((lock) => step(thread, 'rel', lock))];
}

/** What `to` does from now on comes after what `from` did. */
function handBack(name: string, from: string, to: string): string[] {
  return [step(from, 'w', `${name}.done`), step(to, 'r', `${name}.done`)];
}
