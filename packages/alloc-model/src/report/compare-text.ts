/** A comparison of allocators as text: how each run ends, why, and where jemalloc 4.5.0 with and without sizes part. */
import { escapeName, escapeText, type Style } from 'lockgraph';
import { index2size, NBINS } from '../jemalloc/size-classes.js';
import type { CallAt } from '../trace/call-at.js';
import { wrongAt } from '../lab/compare/cause.js';
import type { ComparedRun, CompareResult, Damage, Parting, ShownBy } from '../lab/compare/compare-result.js';
import type { LockStep } from '../lab/replay/lock-record.js';
import { callText, hex, lockVerbs, numberedCall } from './call-words.js';
import { settingsOf } from './settings.js';
import { plainView, proseWidth, type TextView } from './text-view.js';
import { counted, number, table, wrapped } from './words.js';

/** Lines of what an allocator says in the table. */
const LONGEST_DETAIL = 3;
const UNSIZED = 'jemalloc-4.5.0 --unsized';

/** Ends in a newline. */
export function compareText(result: CompareResult, view: TextView = plainView): string {
  const { style } = view;
  const width = proseWidth(view);
  const settings = settingsOf(result.runs[0]!.options);
  const title = [escapeText(result.trace), counted(result.calls, 'call'), ...settings].join(', ');
  const sections = [[...wrapped(title, width), '', ...runTable(result, style, width)], causeLines(result, style, width), metLines(result, style, width), partingLines(result, style, width)];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => `${section.join('\n')}\n`)
    .join('\n');
}

function runTable({ runs, damaged }: CompareResult, style: Style, width: number): string[] {
  const rows = runs.map((run) => [nameOf(run), endings[run.outcome], `${run.call}`]);
  const heads = table([['allocator', 'ends', 'call'], ...rows], [false, false, true]);
  const indented = ' '.repeat(heads[0]!.length + 4);
  const lines = [`  ${style.heading(heads[0]!)}`];
  for (const [index, run] of runs.entries()) {
    const harm = run.options.unsized === true ? undefined : damaged.find(({ allocator }) => allocator === run.allocator);
    const [first, ...more] = shortened(wrapped(detail(run, harm), width - indented.length));
    lines.push(`  ${heads[index + 1]!}  ${first}`.trimEnd(), ...more.map((line) => `${indented}${line}`));
  }
  return lines;
}

/** A replay has the whole of it. */
function shortened(lines: readonly string[]): readonly string[] {
  return lines.length <= LONGEST_DETAIL ? lines : [...lines.slice(0, LONGEST_DETAIL - 1), lines[LONGEST_DETAIL - 1]!.replace(/ \S+$/, ' …')];
}

const endings: Readonly<Record<ComparedRun['outcome'], string>> = {
  ok: 'well',
  hang: 'hangs',
  abort: 'aborts',
  undefined: 'undefined',
  refused: 'not replayed',
};

function nameOf({ allocator, options }: ComparedRun): string {
  return options.unsized === true ? `${allocator} --unsized` : allocator;
}

/** What there is to say beyond how a run ends, and at which call. */
function detail({ outcome, mutex, message, reason, firstOverlap }: ComparedRun, damage: Damage | undefined): string {
  return [
    ...(outcome === 'ok' && damage !== undefined ? [`but damaged from call ${damage.call} on (${escapeText(damage.kind)})`] : []),
    ...(firstOverlap === undefined ? [] : [`returns a block in use at call ${firstOverlap}`]),
    ...(mutex === undefined ? [] : [`waits for ${escapeName(mutex)}`]),
    ...(message === undefined ? [] : [escapeText(message)]),
    ...(reason === undefined ? [] : [escapeText(reason)]),
  ].join('; ');
}

function causeLines(result: CompareResult, style: Style, width: number): string[] {
  const { flagsDropped } = result;
  const [head, sentence] = causeOf(result);
  const lines = [...(head === '' ? [] : [style.alarm(head)]), ...wrapped(sentence, width)];
  if (flagsDropped === 0) return lines;
  const calls = counted(flagsDropped, 'call has', 'calls have');
  return [...lines, ...wrapped(`${calls} flags that name caches or arenas; malloc and free have none, so ${UNSIZED} goes without them, too.`, width)];
}

/** The head, and what follows it. */
function causeOf(result: CompareResult): readonly [head: string, sentence: string] {
  const { cause, mismatches, runs } = result;
  switch (cause.kind) {
    case 'none':
      return ['', `All ${runs.some(({ outcome }) => outcome === 'refused') ? 'that could be replayed ' : ''}end well, and no claim is of another size class than its block.`];
    case 'claimed-size':
      return ['The one difference: the claimed size.', `${claims(result)} The same calls ${result.flagsDropped === 0 ? 'through malloc and free' : 'without sizes, but with all flags,'} end well on the very same jemalloc.`];
    case 'latent': {
      const head = mismatches.count === 0 ? 'jemalloc takes a right size for a wrong one, and jemalloc-4.5.0 does not show it.' : 'Wrong sizes, and jemalloc-4.5.0 does not show it.';
      return [head, `${claims(result)} ${prospect(result, cause.canHarm)} ${shown(cause.shownBy)}`];
    }
    case 'not-the-sizes':
      return ['It is not the sizes.', notTheSizes(result)];
  }
}

/** What is wrong with the claims, in a sentence or two. */
function claims({ mismatches: { count, pairs, first }, parts: { claim } }: CompareResult): string {
  if (first === undefined) {
    // Only a run sees these: the log alone does not tell that a rallocx left the block in its place, and in the class of its size.
    return claim === undefined
      ? ''
      : `${capital(numberedCall(claim.call))}, claims ${counted(index2size(claim.claimedClass), 'byte')}, but the block has ${number(claim.usable)}: a rallocx with an alignment left it where it was.`;
  }
  const version = first.onlyFor === undefined ? '' : `, for jemalloc ${first.onlyFor}`;
  const free = `call ${first.call}, ${first.name}(block ${first.block.id}, claimed ${first.claimed})`;
  const [pair] = pairs;
  // What a run met is what the block has; the log alone may leave it open.
  const met = claim?.call.call === first.call ? claim : undefined;
  if (pairs.length === 1) {
    const { usable, claimedUsable } = pair!;
    return `${counted(count, 'sdallocx call claims', 'sdallocx calls claim')} ${counted(claimedUsable, 'byte')} for ${count === 1 ? 'a block' : 'blocks'} of ${number(met?.usable ?? usable)}${version} (first: ${free}).`;
  }
  const known = first.onlyFor === '5.3.0' ? (first.block.usable530 ?? first.block.usable) : first.block.usable;
  const claimed = first.onlyFor === '5.3.0' ? (first.claimedUsable530 ?? first.claimedUsable) : first.claimedUsable;
  return `${number(count)} sdallocx calls claim another size class than their block's, in ${number(pairs.length)} pairs of classes. The first is ${free}: ${counted(claimed, 'byte')} for a block of ${number(met?.usable ?? known)}${version}.`;
}

function prospect({ mismatches, parts }: CompareResult, canHarm: boolean): string {
  if (canHarm) return 'At these settings nothing stops it; it may go wrong at others (alloc-model sweep tries them).';
  if (parts.claim !== undefined) return 'It never minds such claims.';
  return mismatches.versions.some(({ version }) => version === '4.5.0') ? 'It met none of them.' : 'For jemalloc 4.5.0 they are right.';
}

function shown(shownBy: readonly ShownBy[]): string {
  if (shownBy.length === 0) return 'No other allocator here shows it.';
  return `It shows on ${shownBy.map(({ allocator, call }) => `${allocator} (call ${call})`).join(', ')}.`;
}

function notTheSizes({ runs, mismatches, met }: CompareResult): string {
  const unsized = runs.find(({ options }) => options.unsized === true);
  const call = unsized === undefined ? undefined : wrongAt(unsized);
  const ends = unsized?.firstOverlap === call ? 'returns a block in use' : endings[unsized!.outcome];
  const also = call === undefined ? '' : `The same calls through malloc and free do not end well either: ${UNSIZED} ${ends} at call ${call}. `;
  if (mismatches.count > 0) return `${also}All the same, ${counted(mismatches.count, 'claim is', 'claims are')} of another class than the block.`;
  const [first] = met;
  if (first !== undefined) return `${also}All the same, ${first.allocator} takes a claim for wrong: ${numberedCall(first.claim.call)}.`;
  return `${also}Every claim is of its block's size class.`;
}

/** What became of the block, on each allocator that met a wrong claim. */
function metLines({ met, parts }: CompareResult, style: Style, width: number): string[] {
  if (met.length === 0) return [];
  const heads = table(met.map(({ allocator, claim }) => [allocator, `${claim.call.call}`]), [false, true]);
  const indent = heads[0]!.length + 4;
  const lines = met.flatMap(({ claim }, index) => {
    const differs = parts.claim !== undefined && claim.usable !== parts.claim.usable;
    const told = `${differs ? `the block has ${counted(claim.usable, 'byte')} there: ` : ''}${escapeText(claim.where)}`;
    return wrapped(told, width - indent).map((line, at) => (at === 0 ? `  ${heads[index]!}  ${line}` : `${' '.repeat(indent)}${line}`));
  });
  return [style.heading('What each did at the first wrong claim that it met'), ...lines];
}

function partingLines({ parts }: CompareResult, style: Style, width: number): string[] {
  const entries = [...claimEntry(parts), ...addressEntry(parts), ...lockEntry(parts)].toSorted((a, b) => a.at.call - b.at.call);
  if (entries.length === 0) {
    return wrapped(`jemalloc-4.5.0 and ${UNSIZED} return the same addresses, and take the same locks but for the look-up of a huge block's size.`, width);
  }
  const indent = `${entries.at(-1)!.at.call}`.length + 2;
  const lines = wrapped(`Where jemalloc-4.5.0 and ${UNSIZED} part (left: number of the call)`, width).map((line) => style.heading(line));
  let before = 0;
  for (const { at, told } of entries) {
    if (at.call !== before) lines.push(`${`${at.call}`.padStart(indent)}  ${callText(at)}`);
    lines.push(...told.flatMap((sentence) => wrapped(sentence, width - indent - 4)).map((line) => `${' '.repeat(indent + 4)}${line}`));
    before = at.call;
  }
  return lines;
}

interface Entry {
  readonly at: CallAt;
  readonly told: readonly string[];
}

function claimEntry({ claim }: Parting): Entry[] {
  if (claim === undefined) return [];
  const { call: at, usable, claimed, where, trueClass } = claim;
  return [{ at, told: [`the block has ${counted(usable, 'byte')}, ${number(claimed)} were claimed: ${escapeText(where)}`, `without sizes: freed as what it is, of ${className(trueClass)}`] }];
}

function addressEntry({ address }: Parting): Entry[] {
  if (address === undefined) return [];
  return [{ at: address.call, told: [`with sizes: returns ${hex(address.sized)}`, `without sizes: returns ${hex(address.unsized)}`] }];
}

function lockEntry({ lock }: Parting): Entry[] {
  if (lock === undefined) return [];
  return [{ at: lock.call, told: [`with sizes: ${step(lock.from)}`, `without sizes: ${step(lock.to)}`] }];
}

function className(index: number): string {
  return index < NBINS ? `bin ${index}` : `class ${index}`;
}

function step(made: LockStep | undefined): string {
  if (made === undefined) return 'no lock or unlock more in this call';
  return `${lockVerbs[made.what]} ${escapeName(made.lock)} in ${escapeName(made.stack.at(-1) ?? '')}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
