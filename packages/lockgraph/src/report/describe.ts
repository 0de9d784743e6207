/** What a finding says in one sentence. */
import type { Finding, Place, Waiter } from '../detect/finding.js';
import { until } from './dissolved.js';
import { escapeName } from './escape.js';
import { counted, listed } from './layout.js';
import { noteSentence, ownWords } from './note-sentence.js';
import { holderOf } from './owner.js';
import { occasion } from './occasion.js';
import { atPlace, operationLabel } from './place.js';
import { isPredicted, numbered, orders } from './predicted.js';
import { rankSentence } from './rank-sentence.js';
import { wish } from './wants.js';

/** Threads of a cycle that a sentence tells of. */
const MOST = 4;

/** The `message` of a finding: who waits for what, or who did what, and where. One line; names in it are escaped. */
export function describe(finding: Finding): string {
  switch (finding.kind) {
    case 'self-deadlock':
      return finding.cycle.length > 1 ? headline(finding) : `${headline(finding)}${since(finding.cycle[0])}`;
    case 'deadlock':
    case 'lock-order':
      if (finding.cycle.length === 0) return headline(finding);
      return isPredicted(finding) ? `${ring(finding)}: ${orders(finding, MOST)}` : `${ring(finding)}: ${waits(finding)}${until(finding)}`;
    default: {
      const at = momentOf(finding);
      return at === undefined ? headline(finding) : `${headline(finding)} (${at})`;
    }
  }
}

/** The shorter sentence at the head of a report, which goes on to say where. */
export function headline(finding: Finding): string {
  const threads = finding.threads.map(escapeName);
  const thread = threads[0] ?? 'a thread';
  const lock = finding.locks.length === 0 ? 'a lock' : escapeName(finding.locks[0]!);
  switch (finding.kind) {
    case 'self-deadlock':
      return `${selfDeadlock(finding, thread, lock)}${until(finding)}`;
    case 'deadlock':
    case 'lock-order':
      // Of more threads, the section below says it better.
      if (!isPredicted(finding)) return `${ring(finding)}${until(finding)}`;
      return finding.cycle.length > 0 && finding.cycle.length <= 3 ? `${ring(finding)}: ${orders(finding, 3)}` : ring(finding);
    case 'rank-violation':
      return rankSentence(finding);
    case 'orphaned-lock':
      return `${orphan(finding, lock)}${until(finding)}`;
    case 'hang':
      return `nothing can run any more: ${waits(finding)}`;
    case 'unlock-not-held':
    case 'unlock-foreign':
      return `${thread} unlocks ${lock}, ${whoHolds(finding, threads[1])}`;
    case 'exit-holding':
      return `${thread} ends and still holds ${listed(finding.locks.map(escapeName))}`;
    case 'destroy-held':
      return `${thread} destroys ${lock} while ${holding(threads)} it`;
    case 'init-held':
      return `${thread} initialises ${lock} again while ${holding(threads)} it`;
    default:
      return noted(finding, listed([...threads, ...finding.locks.map(escapeName)]));
  }
}

/** The sentence of the note that a finding reports. Where it has no words of its own, who made it, or what it is about, comes first. */
function noted(finding: Finding, about: string): string {
  const note = occasion(finding)?.note;
  if (note === undefined) return about === '' ? escapeName(finding.kind) : `${escapeName(finding.kind)} (${about})`;
  return ownWords(note) ?? (about === '' ? noteSentence(note) : `${about} notes ${noteSentence(note)}`);
}

function selfDeadlock(finding: Finding, thread: string, lock: string): string {
  const waiter = finding.cycle[0];
  const verb = verbOf(finding);
  if (waiter?.mode === 'join') return `${thread} ${wish(waiter, verb)}`;
  const how = waiter?.holdsMode === undefined ? '' : ` (${waiter.holdsMode})`;
  if (finding.cycle.length > 1) {
    const [wait, hold] = finding.broken === true ? ['waited', 'held'] : ['wait', 'hold'];
    return `${listed(finding.cycle.map((each) => escapeName(each.thread)))} ${wait} for ${lock}, which they ${hold} themselves${how}`;
  }
  const itself = `which it ${finding.broken === true ? 'held' : 'holds'} itself${how}`;
  return `${thread} ${waiter === undefined ? `${verb} for ${lock}` : wish(waiter, verb)}, ${itself}`;
}

function ring(finding: Finding): string {
  const threads = numbered(finding.kind === 'lock-order' && finding.cycle.length > 0 ? finding.cycle.map(({ thread }) => thread) : finding.threads);
  const can = isPredicted(finding) || finding.evidence !== 'observed' ? 'can come to wait' : 'wait';
  const what = finding.broken === true ? 'waited' : can;
  return threads.length <= 3
    ? `${listed(threads)} ${what} for each other`
    : `${counted(threads.length, 'thread')} ${what} for each other in a ring`;
}

function orphan(finding: Finding, lock: string): string {
  const waiting = finding.cycle.map((waiter) => escapeName(waiter.thread));
  const holder = holderOf(finding, finding.locks[0]);
  const owner = holder === undefined ? 'whose holder has ended' : `which ${escapeName(holder)} still held when it ended`;
  const wait = waiting.length === 1 ? 'waits' : 'wait';
  return `${listed(waiting)} ${finding.broken === true ? 'waited' : wait} for ${lock}, ${owner}`;
}

/** Who holds a lock that is unlocked by a thread which does not hold it, or not so. */
function whoHolds(finding: Finding, other: string | undefined): string {
  const heldAs = occasion(finding)?.heldAs;
  if (finding.kind === 'unlock-foreign') {
    const holder = other ?? 'another thread';
    return heldAs === undefined ? `which ${holder} holds` : `which it holds otherwise (${listed(heldAs)}), and so does ${holder}`;
  }
  return heldAs === undefined ? 'which nobody holds' : `which it holds otherwise (${listed(heldAs)})`;
}

function holding(threads: readonly string[]): string {
  const others = threads.slice(1);
  if (others.length === 0) return 'it holds';
  return `${listed(others)} ${others.length === 1 ? 'holds' : 'hold'}`;
}

function waits(finding: Finding): string {
  const verb = verbOf(finding);
  return listed(
    finding.cycle.map((waiter) => `${escapeName(waiter.thread)} ${wish(waiter, verb)}`),
    MOST,
  );
}

function verbOf({ broken }: Finding): 'waits' | 'waited' {
  return broken === true ? 'waited' : 'waits';
}

function since(waiter: Waiter | undefined): string {
  if (waiter?.acquiredAt === undefined) return '';
  return `: taken ${labelled(waiter.acquiredAt)}, wanted again ${labelled(waiter.requestedAt)}`;
}

/** Where a misuse or a note's first occurrence happened. */
function momentOf(finding: Finding): string | undefined {
  const entry = occasion(finding);
  if (entry === undefined) return undefined;
  return `${labelled(entry)}${finding.count > 1 ? often(finding) : ''}`;
}

/** Of a note, the sentence is the first one's; a misuse is the same each time. */
function often({ kind, count }: Finding): string {
  return kind.includes('/') ? `, the first of ${counted(count, 'time')}` : `, ${counted(count, 'time')} in all`;
}

/** `in call 1001, sdallocx(block 401, claimed 32)` */
function labelled(place: Place): string {
  const label = place.operationNumber === undefined ? undefined : operationLabel(place);
  return `${atPlace(place)}${label === undefined ? '' : `, ${label}`}`;
}
