/** The section that says who waits for what: each thread's request and hold, with the calls that led there. */
import type { Finding, HistoryEntry, Place, Waiter } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { counted, indent, listed, pad, widest, wrapParts, wrapWords } from './layout.js';
import { holderOf } from './owner.js';
import { atPlace, inCall, placeDetails, shortPlace, sourceOf } from './place.js';
import { numbered } from './predicted.js';
import { lockIn, wanted } from './wants.js';
import type { View } from './view.js';

/** Waiting threads that are shown in full, and locks that one of them holds besides, unless everything is. */
const MOST = 4;
/** Calls next to the tip of a stack that are shown, unless everything is. */
const DEPTH = 6;
const LABEL = 'wants  '.length;

export function waitersSection(finding: Finding, view: View): string[] {
  if (finding.cycle.length === 0) return [];
  const shown = view.verbose ? finding.cycle : finding.cycle.slice(0, MOST);
  const names = shown.flatMap((waiter) => {
    const held = waiter.holds === undefined ? [] : [lockIn(waiter.holds, waiter.holdsMode)];
    return [wanted(waiter), ...held, ...takes(finding, waiter).map(({ lock, mode }) => lockIn(lock, mode))];
  });
  const nameWidth = Math.min(32, widest(names));
  const alone = finding.cycle.length === 1;
  const threads = numbered(shown.map(({ thread }) => thread));
  const lines = shown.flatMap((waiter, i) => {
    const body = waiterLines(finding, waiter, nameWidth, view);
    return alone ? body : [view.style.heading(threads[i]!), ...indent(body, 2)];
  });
  const left = finding.cycle.length - shown.length;
  if (left > 0) lines.push(view.style.quiet(`… and ${counted(left, 'thread')} more (--verbose shows them)`));
  return ['', ...indent(lines, 2)];
}

function waiterLines(finding: Finding, waiter: Waiter, nameWidth: number, view: View): string[] {
  const holder = waiter.mode === 'join' ? undefined : holderOf(finding, waiter.wants);
  // With two threads, the one holds what the other wants: no need to say so.
  const told = holder === undefined || holder === waiter.thread || (finding.cycle.length === 2 && waiter.holds !== undefined);
  // Anybody may give a permit back: who took the last one is no more than a hint.
  const by = told ? [] : [`${waiter.mode === 'permits' ? 'last taken' : 'held'} by ${escapeName(holder)}`];
  const lines = placed('wants', pad(wanted(waiter), nameWidth), [...by, atPlace(waiter.requestedAt)], waiter.requestedAt, finding, view);
  if (waiter.holds !== undefined) {
    const held = pad(lockIn(waiter.holds, waiter.holdsMode), nameWidth);
    if (waiter.acquiredAt === undefined) lines.push(`holds  ${held}  since before the record begins`);
    else {
      const before = unlockedBefore(finding, waiter);
      lines.push(...heldSince('holds', held, waiter.acquiredAt, finding, view));
      if (before !== undefined) lines.push(...indent(wrapWords(before, view.width - LABEL - 4).map(view.style.mark), LABEL));
    }
  }
  return [...lines, ...otherHolds(finding, waiter, nameWidth, view)];
}

/** What else it holds: each lock with the place where it was taken, where the history has that; the others in one line. */
function otherHolds(finding: Finding, waiter: Waiter, nameWidth: number, view: View): string[] {
  const others = waiter.held.filter((lock) => lock !== waiter.holds);
  if (others.length === 0) return waiter.holds === undefined && finding.kind !== 'deadlock' ? ['holds  nothing'] : [];
  const placedOnes = takes(finding, waiter).slice(0, view.verbose ? undefined : MOST);
  const told = new Set(placedOnes.map(({ lock }) => lock));
  const rest = others.filter((lock) => !told.has(lock)).map(escapeName);
  const label = (i: number): string => (waiter.holds === undefined && i === 0 ? 'holds' : 'also');
  const more = [...(rest.length === 0 ? [] : [listed(rest, view.verbose ? Infinity : MOST)]), ...older(waiter)].join(', and ');
  return [
    ...placedOnes.flatMap((take, i) => heldSince(label(i), pad(lockIn(take.lock, take.mode), nameWidth), take, finding, view)),
    ...(more === '' ? [] : [`${pad(label(placedOnes.length), LABEL)}${more}`]),
  ];
}

/** How many locks are not even named. */
function older({ heldCut }: Waiter): string[] {
  return heldCut === undefined ? [] : [counted(heldCut, 'older one')];
}

type Take = HistoryEntry & { readonly lock: string };

/** Where a thread took what it holds and nobody of the cycle waits for, as far as the history tells. */
function takes(finding: Finding, { thread, holds, held, requestedAt }: Waiter): Take[] {
  const last = new Map<string, Take>();
  for (const entry of finding.history) {
    const { lock } = entry;
    if (lock === undefined || lock === holds || entry.what !== 'acquire' || entry.thread !== thread || entry.event > requestedAt.event) continue;
    last.set(lock, { ...entry, lock });
  }
  return held.flatMap((lock) => last.get(lock) ?? []);
}

function heldSince(label: string, name: string, place: Place, finding: Finding, view: View): string[] {
  const since = place.site !== undefined && !inCall(place) ? '' : 'since ';
  return placed(label, name, [`${since}${shortPlace(place)}`], place, finding, view);
}

/** What the call that took the lock had done before: given it back without having it. */
function unlockedBefore(finding: Finding, { holds, acquiredAt }: Waiter): string | undefined {
  const number = acquiredAt?.operationNumber;
  if (acquiredAt === undefined || number === undefined) return undefined;
  const release = finding.history.find(
    (entry) => entry.misuse !== undefined && entry.what === 'release' && entry.lock === holds && entry.operationNumber === number && entry.event < acquiredAt.event,
  );
  if (release === undefined) return undefined;
  const whose = release.misuse === 'unlock-not-held' ? 'nobody' : 'another thread';
  const how = release.heldAs === undefined ? `when ${whose} held it` : `otherwise than it held it (${listed(release.heldAs)})`;
  return `this call unlocked it earlier ${how}; here it locked it for good`;
}

function placed(label: string, name: string, where: readonly string[], place: Place, finding: Finding, view: View): string[] {
  const room = view.width - LABEL - 4;
  const source = sourceOf(place, view);
  const byLine = finding.runs !== undefined || finding.scheduleCut !== undefined;
  const parts = [name, ...where, ...placeDetails(place, view, byLine), ...(source === undefined ? [] : [source])];
  const [first, ...rest] = [...wrapParts(parts, '  ', room), ...stackLines(place.stack ?? [], room, view)];
  return [pad(label, LABEL) + first!, ...indent(rest, LABEL)];
}

/** The calls of a stack from the outermost to the tip, `a › b › c`, wrapped; the outermost are left out of a deep one. */
function stackLines(stack: readonly string[], width: number, view: View): string[] {
  const frames = view.verbose ? stack : stack.slice(-DEPTH);
  const parts = frames.map(escapeName);
  if (frames.length < stack.length) parts.unshift('…');
  return wrapParts(parts, ' › ', width).map((line) => view.style.quiet(line));
}
