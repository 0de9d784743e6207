/** The lives of a log's blocks: from the call that first returned a block, by way of every `rallocx`, to the call that frees it. */
import { CallKind, type CallLog } from '../../trace/call-log.js';

/** The usable size that a request of so many bytes gets: two of one class get the same. */
export type UsableSize = (size: number, flags: number) => number;

/** The rows of a life, in order. */
export type Life = readonly number[];

/** In the order of their first rows. `texit` is in none. Cost: one pass. */
export function livesOf(log: CallLog): Life[] {
  const lives: number[][] = [];
  const lifeOf = new Int32Array(log.ids.length);
  for (let row = 0; row < log.calls; row++) {
    const kind = log.kind[row];
    const block = log.block[row]!;
    if (kind === CallKind.texit) continue;
    if (kind === CallKind.mallocx) lifeOf[block] = lives.push([row]) - 1;
    else lives[lifeOf[block]!]!.push(row);
    if (kind === CallKind.rallocx) lifeOf[log.newBlock[row]!] = lifeOf[block]!;
  }
  return lives;
}

/** Whether the life ends with a sized free that claims another class than the block's. */
export function isWronglyFreed(log: CallLog, life: Life, usableSize: UsableSize): boolean {
  const last = life.at(-1)!;
  const before = life.at(-2);
  if (before === undefined || log.kind[last] !== CallKind.sdallocx) return false;
  return usableSize(log.size[last]!, log.flags[last]!) !== usableSize(log.size[before]!, log.flags[before]!);
}

/** Lives whose calls are of the same kinds and classes have the same shape. */
function shapeOf(log: CallLog, life: Life, usableSize: UsableSize): string {
  return life.map((row) => `${log.kind[row]} ${log.size[row] === 0 ? 0 : usableSize(log.size[row]!, log.flags[row]!)}`).join(' ');
}

/** The lives in groups of one shape, the rarest shape first. Cost: one pass, and a text a life. */
export function livesByShape(log: CallLog, usableSize: UsableSize): Life[][] {
  const shapes = new Map<string, Life[]>();
  for (const life of livesOf(log)) {
    const shape = shapeOf(log, life, usableSize);
    const known = shapes.get(shape);
    if (known === undefined) shapes.set(shape, [life]);
    else known.push(life);
  }
  return [...shapes.values()].toSorted((a, b) => a.length - b.length);
}
