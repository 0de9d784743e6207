/** What a check found, as text: the guilty call first, then totals, then what else is wrong. A thing that is fine has no section. */
import { escapeText, type Style } from 'lockgraph';
import type { Bounded, CheckedBlock, CheckedCall, CheckResult, SizedFree, WrongFree } from '../lab/check/check-result.js';
import { plainView, proseWidth, sentenceWidth, type TextView } from './text-view.js';
import { counted, number, table, wrapped } from './words.js';

/** Lines of a list or table. */
const LONGEST_LIST = 3;
const LONGEST_TABLE = 8;

/** Ends in a newline. */
export function checkText(result: CheckResult, view: TextView = plainView): string {
  const { style } = view;
  const width = proseWidth(view);
  const sections = [
    mismatchSection(result, style, sentenceWidth(view)),
    doubtfulSection(result, style, width),
    listSection(result.doubleFrees, 'double free', style, ({ id, freed, ...at }) => `${called(at, id)}: ${placed(freed)} freed it before`),
    listSection(result.unknownBlocks, 'unknown block', style, ({ id, ...at }) => `${called(at, id)}: no call before returned it`),
    listSection(result.reusedIds, 'reused id', style, ({ id, born, ...at }) => `${called(at, id)}: it is live since ${placed(born)}`),
    listSection(result.zeroSizes, 'size of 0', style, ({ id, ...at }) => `${called(at, id)}: jemalloc does not say what it does`, 'sizes of 0'),
    neverFreedSection(result, style, width),
  ].filter((section) => section.length > 0);
  return [...sections, summary(result, width)].map((section) => `${section.join('\n')}\n`).join('\n');
}

function mismatchSection({ mismatches, sizedFrees, calls }: CheckResult, style: Style, width: number): string[] {
  const { first, count } = mismatches;
  if (first === undefined) return [];
  const { block, claimed, claimedAlignment } = first;
  const hung = (head: string, text: string, indent: number): string[] => wrapped(text, width - indent).map((line, i) => `${i === 0 ? head : ' '.repeat(indent)}${line}`);
  return [
    ...hung(`${style.alarm('wrong size')}  `, `${freeOf(first)} in call ${first.call} of ${calls}, on ${first.thread}${first.onlyFor === undefined ? '' : `, for jemalloc ${first.onlyFor}`}`, 12),
    ...hung('  block  ', `${amount(block.asked, block.alignment)}, ${blockClass(block)}: ${call(block.born.name, block.asked)} in call ${block.born.call}, on ${block.born.thread}`, 9),
    ...hung('  claim  ', `${amount(claimed, claimedAlignment)}, ${claimedClass(first)}`, 9),
    '',
    ...wrapped(`${number(count)} of ${counted(sizedFrees, 'sized free')} ${count === 1 ? 'claims' : 'claim'} another size class than the block's`, width).map((line) => style.heading(line)),
    ...pairTable(mismatches),
  ];
}

/** A column for the versions only where they differ. */
function pairTable({ pairs, versions }: CheckResult['mismatches']): string[] {
  const differ = pairs.some(({ onlyFor }) => onlyFor !== undefined);
  const shown = pairs.slice(0, LONGEST_TABLE);
  const columns: readonly (readonly string[])[] = [
    ['class of the block', ...shown.map(({ usable }) => bytesText(usable))],
    ['class claimed', ...shown.map(({ claimedUsable }) => bytesText(claimedUsable))],
    ['calls', ...shown.map(({ count }) => number(count))],
    ['first', ...shown.map(({ firstCall }) => `${firstCall}`)],
    ['last', ...shown.map(({ lastCall }) => `${lastCall}`)],
    ...(differ ? [['jemalloc', ...shown.map(({ onlyFor }) => onlyFor ?? 'both')]] : []),
  ];
  const rows = columns[0]!.map((_, row) => columns.map((column) => column[row]!));
  return [
    ...table(rows, columns.map(() => true)).map((line) => `  ${line}`),
    ...rest(pairs.length - shown.length, 'pair of classes', 'pairs of classes'),
    ...(differ && versions.length > 1 ? versions.map(({ version, count, firstCall }) => `  wrong for jemalloc ${version}: ${number(count)}, the first in call ${firstCall}`) : []),
  ];
}

function doubtfulSection({ doubtful: { count, first } }: CheckResult, style: Style, width: number): string[] {
  if (first === undefined) return [];
  const { block, thread, call: at } = first;
  const told = `call ${at}  ${freeOf(first)} on ${thread}: call ${block.born.call} gave the block a class of ${bytesText(block.usable)}, or of ${bytesText(block.usableInPlace ?? 0)} if it left it in its place`;
  return [
    ...wrapped(`${counted(count, 'claim')} of which only a replay tells if jemalloc 4.5.0 takes ${count === 1 ? 'it' : 'them'} for wrong: alloc-model compare`, width).map((line) => style.heading(line)),
    ...wrapped(told, width - 2).map((line) => `  ${line}`),
  ];
}

function listSection<Entry>({ count, first, omitted }: Bounded<Entry>, noun: string, style: Style, told: (entry: Entry) => string, plural?: string): string[] {
  if (count === 0) return [];
  const shown = first.slice(0, LONGEST_LIST);
  return [style.alarm(counted(count, noun, plural)), ...shown.map((entry) => `  ${told(entry)}`), ...rest(first.length - shown.length + omitted)];
}

function neverFreedSection({ neverFreed }: CheckResult, style: Style, width: number): string[] {
  const { count, bytes, classes, first } = neverFreed;
  if (count === 0) return [];
  const rows = classes.slice(0, LONGEST_TABLE).map((each) => [bytesText(each.usable), number(each.count), bytesText(each.bytes)]);
  const heads = ['class', 'blocks', 'bytes'];
  const shown = first.slice(0, LONGEST_LIST);
  return [
    style.heading(`${counted(count, 'block')} of ${counted(bytes, 'byte')} never freed`),
    ...table([heads, ...rows], heads.map(() => true)).map((line) => `  ${line}`),
    ...rest(classes.length - rows.length, 'class', 'classes'),
    ...wrapped(`the oldest: ${shown.map(blockAt).join(', ')}`, width - 2).map((line) => `  ${line}`),
  ];
}

function blockAt({ id, asked, born }: CheckedBlock): string {
  return `block ${id} (${call(born.name, asked)} in call ${born.call})`;
}

function summary(result: CheckResult, width: number): string[] {
  const { trace, calls, sizedFrees, mismatches, harmless, doubtful, doubleFrees, unknownBlocks, reusedIds, zeroSizes, neverFreed } = result;
  const wrong = mismatches.count + doubleFrees.count + unknownBlocks.count + reusedIds.count + zeroSizes.count;
  const checked = `${escapeText(trace)}: ${counted(calls, 'call')}, ${counted(sizedFrees, 'sized free')}`;
  const lines = [wrong + doubtful.count + neverFreed.count === 0 ? `Nothing is wrong in ${checked}.` : `Checked ${checked}.`];
  if (wrong + doubtful.count === 0 && neverFreed.count > 0) lines.push('Every free is of a live block, and every claimed size is in the class of its block.');
  if (harmless.first !== undefined) {
    lines.push(`${counted(harmless.count, 'claim')} of other bytes in the right class: harmless. The first: ${freeOf(harmless.first)} of ${bytesText(harmless.first.block.asked)} bytes in call ${harmless.first.call}.`);
  }
  return lines.flatMap((line) => wrapped(line, width));
}

/** A number of bytes. Above 2^53 its digits would not be exact: it is `2^62`, or `7 * 2^60`. */
function bytesText(bytes: number): string {
  if (bytes <= Number.MAX_SAFE_INTEGER) return number(bytes);
  let [odd, power] = [bytes, 0];
  for (; odd % 2 === 0; odd /= 2) power++;
  return odd === 1 ? `2^${power}` : `${number(odd)} * 2^${power}`;
}

function amount(bytes: number, alignment: number | undefined): string {
  return `${bytesText(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}${alignment === undefined ? '' : ` aligned to ${bytesText(alignment)}`}`;
}

function blockClass({ usable, usable530, usableInPlace }: CheckedBlock): string {
  return classText(usable, [
    ...(usableInPlace === undefined ? [] : [`${bytesText(usableInPlace)} if it stayed in its place`]),
    ...(usable530 === undefined ? [] : [`${bytesText(usable530)} in jemalloc 5.3.0`]),
  ]);
}

function claimedClass({ claimedUsable, claimedUsable530 }: WrongFree): string {
  return classText(claimedUsable, claimedUsable530 === undefined ? [] : [`${bytesText(claimedUsable530)} in jemalloc 5.3.0`]);
}

function classText(usable: number, otherwise: readonly string[]): string {
  return `${usable === 0 ? 'more than any class' : `class of ${bytesText(usable)}`}${otherwise.length === 0 ? '' : ` (${otherwise.join(', ')})`}`;
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
