/** A deadlock that happened, and ended again: it must be told as something that is over, and by what. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { wanted } from './wants.js';

/** The word for the evidence of a finding: that of one which dissolved says that it is over. */
export function evidenceWord({ evidence, broken }: Finding): string {
  return broken === true ? 'dissolved' : evidence;
}

/** Until when it stood, as the end of a sentence: `, until t2 gave up its request for A`. Empty where it stands still, or nobody knows. */
export function until({ broken, brokenBy, cycle }: Finding): string {
  if (broken !== true) return '';
  if (brokenBy === undefined) return ', for a while';
  const who = cycle.length === 1 && cycle[0]!.thread === brokenBy.thread ? 'it' : escapeName(brokenBy.thread);
  return `, until ${who} ${deedOf(brokenBy, cycle)}`;
}

/** Whether an entry of the history is what ended it. */
export function isEnd({ event }: HistoryEntry, { brokenBy }: Finding): boolean {
  return event === brokenBy?.event;
}

/** What ended it, as a step: `gave up waiting for A`. */
export function deedOf(entry: HistoryEntry, cycle: Finding['cycle']): string {
  const waiter = entry.what === 'cancel' ? cycle.find(({ thread }) => thread === entry.thread) : undefined;
  return waiter === undefined ? deed(entry) : `gave up waiting for ${wanted(waiter)}`;
}

function deed({ what, lock, other, misuse }: HistoryEntry): string {
  const name = escapeName(lock ?? other ?? '');
  switch (what) {
    case 'release':
      return misuse === undefined ? `unlocked ${name}` : `unlocked ${name} without holding it`;
    case 'cancel':
      return `gave up waiting for ${name}`;
    case 'acquire':
      return `got ${name}`;
    case 'wake':
      return `was woken by ${name}`;
    case 'request':
      return lock === undefined ? `waited for ${name} to end` : `asked for ${name}`;
    case 'join':
      return `saw ${name} end`;
    case 'exit':
      return 'ended';
    case 'init':
      return `initialised ${name} again`;
    case 'destroy':
      return `destroyed ${name}`;
    default:
      return 'went on';
  }
}
