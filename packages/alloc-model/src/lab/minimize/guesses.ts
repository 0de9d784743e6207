/** Guesses at which calls of a log matter. Each keeps the last call, which shows what the log shows. Cost: one pass, and a selection. */
import { CallKind, type CallLog } from '../../trace/call-log.js';
import { selectCalls } from '../../trace/select.js';
import { isWronglyFreed, type Life, livesOf, type UsableSize } from './lives.js';

/** The calls of blocks whose sized free claims a wrong class. */
export function wronglyFreed(log: CallLog, usableSize: UsableSize): CallLog {
  return callsOfLives(log, (life) => isWronglyFreed(log, life, usableSize));
}

/** The calls of blocks that are of one class at some time. */
export function ofClass(log: CallLog, usable: number, usableSize: UsableSize): CallLog {
  const isBirth = (row: number): boolean => log.kind[row] === CallKind.mallocx || log.kind[row] === CallKind.rallocx;
  return callsOfLives(log, (life) => life.some((row) => isBirth(row) && usableSize(log.size[row]!, log.flags[row]!) === usable));
}

function callsOfLives(log: CallLog, isKept: (life: Life) => boolean): CallLog {
  const kept = new Uint8Array(log.calls);
  kept[log.calls - 1] = 1;
  for (const life of livesOf(log)) if (isKept(life)) for (const row of life) kept[row] = 1;
  return selectCalls(log, kept).log;
}

/**
 * The same calls, but each that frees or moves a block takes the oldest of its class that is live. Of calls that free blocks in a
 * tangled order, far fewer are needed where they free them in turn.
 */
export function oldestFirst(log: CallLog, usableSize: UsableSize): CallLog {
  const block = log.block.slice();
  const classes = new Float64Array(log.ids.length);
  const live = new Map<number, { blocks: number[]; next: number }>();
  const born = (number: number, row: number): void => {
    const usable = usableSize(log.size[row]!, log.flags[row]!);
    classes[number] = usable;
    const queue = live.get(usable);
    if (queue === undefined) live.set(usable, { blocks: [number], next: 0 });
    else queue.blocks.push(number);
  };
  for (let row = 0; row < log.calls; row++) {
    const kind = log.kind[row];
    if (kind === CallKind.texit) continue;
    if (kind !== CallKind.mallocx) {
      const queue = live.get(classes[log.block[row]!]!)!;
      block[row] = queue.blocks[queue.next++]!;
    }
    if (kind === CallKind.mallocx) born(log.block[row]!, row);
    else if (kind === CallKind.rallocx) born(log.newBlock[row]!, row);
  }
  return { ...log, block };
}
