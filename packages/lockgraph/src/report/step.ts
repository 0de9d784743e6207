/** One event of a history: the verb, its object, and what a reader must notice about it. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { isEnd } from './dissolved.js';
import { escapeName } from './escape.js';
import { isPredicted } from './predicted.js';

const verbs: Readonly<Record<string, string>> = {
  acquire: 'lock',
  release: 'unlock',
  wake: 'is woken by',
  request: 'wants',
  cancel: 'gives up',
  spawn: 'starts',
  join: 'joins',
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

/** `unlock` for a release. A kind of event that has no verb is its own. */
export function verbOf(entry: HistoryEntry): string {
  return Object.hasOwn(verbs, entry.what) ? verbs[entry.what]! : escapeName(entry.what);
}

/** The lock that it is about, or the other thread; empty where there is none. */
export function objectOf(entry: HistoryEntry): string {
  const name = entry.lock ?? entry.other;
  return name === undefined ? '' : escapeName(name);
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
    return `${words}(${escapeName(entry.misuse)})`;
  }
  if (!isHeldOn(entry, finding)) return '';
  const isOver = finding.broken === true || finding.kind === 'rank-violation' || isPredicted(finding);
  return isOver || (finding.cycle.length > 1 && finding.kind === 'deadlock') ? 'still held' : 'never released';
}

/** `◄ first anomaly`, `◄ stands still`, `◄ would wait`, `◄ dissolves it`, or nothing. */
export function markOf(entry: HistoryEntry, finding: Finding): string {
  if (entry.first === true) return '◄ first anomaly';
  if (isEnd(entry, finding)) return '◄ dissolves it';
  if (!standsStill(entry, finding)) return '';
  return isPredicted(finding) ? '◄ would wait' : '◄ stands still';
}
