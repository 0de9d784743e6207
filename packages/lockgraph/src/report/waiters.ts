/** The section that says who waits for what: each thread's request and hold, with the calls that led there. */
import type { Finding, Place, Waiter } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { counted, indent, listed, pad, widest, wrapParts, wrapWords } from './layout.js';
import { holderOf } from './owner.js';
import { atPlace, inCall, placeDetails, shortPlace, sourceOf } from './place.js';
import { numbered } from './predicted.js';
import { lockIn, wanted } from './wants.js';
import type { View } from './view.js';

/** Waiting threads that are shown in full, unless everything is. */
const MOST = 4;
/** Calls next to the tip of a stack that are shown, unless everything is. */
const DEPTH = 6;
const LABEL = 'wants  '.length;

export function waitersSection(finding: Finding, view: View): string[] {
  if (finding.cycle.length === 0) return [];
  const shown = view.verbose ? finding.cycle : finding.cycle.slice(0, MOST);
  const names = finding.cycle.flatMap((waiter) => [wanted(waiter), ...(waiter.holds === undefined ? [] : [lockIn(waiter.holds, waiter.holdsMode)])]);
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
  const by = told ? [] : [`held by ${escapeName(holder)}`];
  const lines = placed('wants', pad(wanted(waiter), nameWidth), [...by, atPlace(waiter.requestedAt)], waiter.requestedAt, finding, view);
  if (waiter.holds !== undefined) {
    const held = pad(lockIn(waiter.holds, waiter.holdsMode), nameWidth);
    if (waiter.acquiredAt === undefined) lines.push(`holds  ${held}  since before the record begins`);
    else {
      const since = waiter.acquiredAt.site !== undefined && !inCall(waiter.acquiredAt) ? '' : 'since ';
      const before = unlockedBefore(finding, waiter);
      lines.push(...placed('holds', held, [`${since}${shortPlace(waiter.acquiredAt)}`], waiter.acquiredAt, finding, view));
      if (before !== undefined) lines.push(...indent(wrapWords(before, view.width - LABEL - 4).map(view.style.mark), LABEL));
    }
  }
  const others = waiter.held.filter((lock) => lock !== waiter.holds);
  if (others.length > 0) lines.push(`${waiter.holds === undefined ? 'holds  ' : 'also   '}${listed(others.map(escapeName), view.verbose ? Infinity : 4)}`);
  else if (waiter.holds === undefined && finding.kind !== 'deadlock') lines.push('holds  nothing');
  return lines;
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
  return `this call unlocked it earlier when ${whose} held it; here it locked it for good`;
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
