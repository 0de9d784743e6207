/** What a check found, as text: the guilty call first, then totals, then what else is wrong. A thing that is fine has no section. */
import { escapeText, plainStyle, type Style } from 'lockgraph';
import type { Bounded, CheckedBlock, CheckedCall, CheckResult, SizedFree } from '../lab/check/check-result.js';
import { counted, number, table, wrapped } from './words.js';

const WIDTH = 100;
/** Lines of a list or table. */
const LONGEST_LIST = 3;
const LONGEST_TABLE = 8;

/** Ends in a newline. */
export function checkText(result: CheckResult, style: Style = plainStyle): string {
  const sections = [
    mismatchSection(result, style),
    listSection(result.doubleFrees, 'double free', style, ({ id, freed, ...at }) => `${called(at, id)}: ${placed(freed)} freed it before`),
    listSection(result.unknownBlocks, 'unknown block', style, ({ id, ...at }) => `${called(at, id)}: no call before returned it`),
    listSection(result.reusedIds, 'reused id', style, ({ id, born, ...at }) => `${called(at, id)}: it is live since ${placed(born)}`),
    listSection(result.zeroSizes, 'size of 0', style, ({ id, ...at }) => `${called(at, id)}: jemalloc does not say what it does`, 'sizes of 0'),
    neverFreedSection(result, style),
  ].filter((section) => section.length > 0);
  return [...sections, summary(result)].map((section) => `${section.join('\n')}\n`).join('\n');
}

function mismatchSection({ mismatches, sizedFrees, calls }: CheckResult, style: Style): string[] {
  const { first, count, pairs } = mismatches;
  if (first === undefined) return [];
  const { block, claimed, claimedUsable, claimedAlignment } = first;
  const rows = pairs.slice(0, LONGEST_TABLE).map((pair) => [number(pair.usable), number(pair.claimedUsable), number(pair.count), `${pair.firstCall}`, `${pair.lastCall}`]);
  const heads = ['class of the block', 'class claimed', 'calls', 'first', 'last'];
  return [
    `${style.alarm('wrong size')}  ${freeOf(first)} in call ${first.call} of ${calls}, on ${first.thread}`,
    `  block  ${amount(block.asked, block.alignment)}, class of ${number(block.usable)}: ${call(block.born.name, block.asked)} in call ${block.born.call}, on ${block.born.thread}`,
    `  claim  ${amount(claimed, claimedAlignment)}, class of ${number(claimedUsable)}`,
    '',
    style.heading(`${number(count)} of ${counted(sizedFrees, 'sized free')} ${count === 1 ? 'claims' : 'claim'} another size class than the block's`),
    ...table([heads, ...rows], heads.map(() => true)).map((line) => `  ${line}`),
    ...rest(pairs.length - rows.length, 'pair of classes', 'pairs of classes'),
  ];
}

function listSection<Entry>({ count, first, omitted }: Bounded<Entry>, noun: string, style: Style, told: (entry: Entry) => string, plural?: string): string[] {
  if (count === 0) return [];
  const shown = first.slice(0, LONGEST_LIST);
  return [style.alarm(counted(count, noun, plural)), ...shown.map((entry) => `  ${told(entry)}`), ...rest(first.length - shown.length + omitted)];
}

function neverFreedSection({ neverFreed }: CheckResult, style: Style): string[] {
  const { count, bytes, classes, first } = neverFreed;
  if (count === 0) return [];
  const rows = classes.slice(0, LONGEST_TABLE).map((each) => [each.usable, each.count, each.bytes].map(number));
  const heads = ['class', 'blocks', 'bytes'];
  const shown = first.slice(0, LONGEST_LIST);
  return [
    style.heading(`${counted(count, 'block')} of ${counted(bytes, 'byte')} never freed`),
    ...table([heads, ...rows], heads.map(() => true)).map((line) => `  ${line}`),
    ...rest(classes.length - rows.length, 'class', 'classes'),
    ...wrapped(`the oldest: ${shown.map(blockAt).join(', ')}`, WIDTH - 2).map((line) => `  ${line}`),
  ];
}

function blockAt({ id, asked, born }: CheckedBlock): string {
  return `block ${id} (${call(born.name, asked)} in call ${born.call})`;
}

function summary(result: CheckResult): string[] {
  const { trace, calls, sizedFrees, mismatches, harmless, doubtful, doubleFrees, unknownBlocks, reusedIds, zeroSizes, neverFreed } = result;
  const wrong = mismatches.count + doubleFrees.count + unknownBlocks.count + reusedIds.count + zeroSizes.count;
  const checked = `${escapeText(trace)}: ${counted(calls, 'call')}, ${counted(sizedFrees, 'sized free')}`;
  const lines = [wrong === 0 && neverFreed.count === 0 ? `Nothing is wrong in ${checked}.` : `Checked ${checked}.`];
  if (wrong === 0 && neverFreed.count > 0) lines.push('Every free is of a live block, and every claimed size is in the class of its block.');
  if (harmless.first !== undefined) {
    lines.push(`${counted(harmless.count, 'claim')} of other bytes in the right class: harmless. The first: ${freeOf(harmless.first)} of ${number(harmless.first.block.asked)} bytes in call ${harmless.first.call}.`);
  }
  if (doubtful.first !== undefined) {
    const { first, count } = doubtful;
    lines.push(
      `${counted(count, 'free')} of blocks that a rallocx has aligned: jemalloc 4.5.0 takes such a claim for a wrong one if the block stayed in its place (alloc-model compare tells). The first: ${freeOf(first)} in call ${first.call}, aligned by call ${first.block.born.call}.`,
    );
  }
  return lines.flatMap((line) => wrapped(line, WIDTH));
}

function amount(bytes: number, alignment: number | undefined): string {
  return `${counted(bytes, 'byte')}${alignment === undefined ? '' : ` aligned to ${number(alignment)}`}`;
}

function freeOf({ name, block, claimed }: SizedFree): string {
  return `${name}(block ${block.id}, claimed ${claimed})`;
}

function call(name: string, size: number): string {
  return `${name}(size ${size})`;
}

/** A call, and what it was called with. */
function called({ call: number_, name, thread }: CheckedCall, id: number): string {
  return `call ${number_}  ${name}(block ${id}) on ${thread}`;
}

function placed({ call: number_, name, thread }: CheckedCall): string {
  return `call ${number_} (${name} on ${thread})`;
}

function rest(count: number, noun = '', plural = `${noun}s`): string[] {
  if (count === 0) return [];
  return [noun === '' ? `  and ${number(count)} more` : `  and ${number(count)} more ${count === 1 ? noun : plural}`];
}
