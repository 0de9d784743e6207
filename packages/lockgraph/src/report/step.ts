/** One event of a history: the verb, its object, and what a reader must notice about it. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { isEnd } from './dissolved.js';
import { escapeName } from './escape.js';
import { listed } from './layout.js';
import { isPredicted } from './predicted.js';
import { lockIn } from './wants.js';

const verbs: Readonly<Record<string, string>> = {
  acquire: 'lock',
  release: 'unlock',
  wake: 'is woken by',
  request: 'wants',
  cancel: 'gives up',
  spawn: 'starts',
  exit: 'ends',
  init: 'init',
  destroy: 'destroy',
};

const misuses: Readonly<Record<string, string>> = {
  'unlock-not-held': 'nobody holds it',
  'unlock-foreign': 'another thread holds it',
  'exit-holding': 'and still holds a lock',
  'destroy-held': 'it is held',
  'init-held': 'it is held',
  'rank-violation': 'out of order',
};

/** Of the permits of a semaphore. */
const permitVerbs: Readonly<Record<string, string>> = { ...verbs, acquire: 'take', release: 'give back' };

/** Of a wait for the end of a thread. */
const joinVerbs: Readonly<Record<string, string>> = { request: 'waits for', cancel: 'gives up waiting for', join: 'sees' };
const joinEnds: Readonly<Record<string, string>> = { request: 'to end', cancel: 'to end', join: 'end' };

/** `unlock` for a release, `waits for` for a request of a thread's end. A kind of event that has no verb is its own. */
export function verbOf(entry: HistoryEntry): string {
  const words = isOfThread(entry) ? joinVerbs : entry.mode === 'permits' ? permitVerbs : verbs;
  return Object.hasOwn(words, entry.what) ? words[entry.what]! : escapeName(entry.what);
}

/** The lock that it is about, and how: `m`, `m (shared)`, `a permit of m`; of a wait for a thread, `t to end`; empty where there is nothing. */
export function objectOf(entry: HistoryEntry): string {
  if (isOfThread(entry)) return `${escapeName(entry.other!)} ${joinEnds[entry.what]!}`;
  if (entry.lock === undefined) return entry.other === undefined ? '' : escapeName(entry.other);
  return lockIn(entry.lock, entry.mode);
}

function isOfThread({ what, other }: HistoryEntry): boolean {
  return other !== undefined && Object.hasOwn(joinVerbs, what);
}

/** Whether this is where a thread stands still, or would. */
export function standsStill(entry: HistoryEntry, finding: Finding): boolean {
  return entry.what === 'request' && finding.cycle.some((waiter) => waiter.requestedAt.event === entry.event);
}

/** Whether this acquire is the reason why a thread waits, or must not ask for the lock that it asks for. */
export function isHeldOn(entry: HistoryEntry, finding: Finding): boolean {
  if (entry.what !== 'acquire' || entry.lock === undefined) return false;
  const { lock } = entry;
  if (finding.cycle.some((waiter) => waiter.holds === lock && waiter.acquiredAt?.event === entry.event)) return true;
  if (finding.kind !== 'orphaned-lock' && finding.kind !== 'hang' && finding.kind !== 'rank-violation') return false;
  return finding.locks.includes(lock) && !finding.history.some((e) => e.lock === lock && e.event > entry.event && e.what === 'release');
}

/** What a reader must notice: `nobody holds it (unlock-not-held)`, `never released`. Empty for most events. */
export function remark(entry: HistoryEntry, finding: Finding): string {
  if (entry.misuse !== undefined) {
    const words = Object.hasOwn(misuses, entry.misuse) ? `${misuses[entry.misuse]} ` : '';
    const held = entry.heldAs === undefined ? words : `its thread holds it otherwise (${listed(entry.heldAs)}) `;
    return `${held}(${escapeName(entry.misuse)})`;
  }
  if (!isHeldOn(entry, finding)) return '';
  const isOver = finding.broken === true || finding.kind === 'rank-violation' || isPredicted(finding);
  if (isOver || (finding.cycle.length > 1 && finding.kind === 'deadlock')) return 'still held';
  return entry.mode === 'permits' ? 'never given back' : 'never released';
}

/** `◄ first anomaly`, `◄ stands still`, `◄ would wait`, `◄ dissolves it`, or nothing. */
export function markOf(entry: HistoryEntry, finding: Finding): string {
  if (entry.first === true) return '◄ first anomaly';
  if (isEnd(entry, finding)) return '◄ dissolves it';
  if (!standsStill(entry, finding)) return '';
  return isPredicted(finding) ? '◄ would wait' : '◄ stands still';
}
