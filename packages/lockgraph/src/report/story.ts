/** A finding's history as a story: consecutive events of one call are one episode, and calls that only repeat another are counted. */
import { acquireEntry, requestEntry } from '../detect/cycle-entries.js';
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { noteSentence } from './note-sentence.js';
import { operationName } from './place.js';
import { isPredicted } from './predicted.js';

/** What one thread did in one call, or one event outside of calls. */
export interface Episode {
  readonly entries: readonly HistoryEntry[];
  /** Nothing of it touches a lock: it is here because a note blames it. */
  readonly blamed: boolean;
  /** What its notes say, without what an earlier episode said in the same words. */
  readonly sentences: readonly string[];
  /** The calls like it that are told as one, this not among them: how many, and the last. */
  readonly like?: { readonly count: number; readonly last: HistoryEntry };
}

/** Threads whose last request is part of the story. */
const CROWD = 12;

/** What is said of a call, and touches no lock. */
const TALK = new Set(['operation', 'begin', 'end', 'note']);

/** Whether the entry is something that was done to a lock or a thread, not something said of a call. */
export function touchesLock(entry: HistoryEntry): boolean {
  return !TALK.has(entry.what);
}

/**
 * Oldest first. Requests that were granted are left out, for their acquire says it all, and so are the beginnings and ends of operations.
 * Of a crowd that waits, only the first threads' requests are told.
 * @param everything keep every event, every call and every sentence
 */
export function episodesOf(finding: Finding, everything: boolean): Episode[] {
  const standing = new Set(finding.cycle.slice(0, everything ? Infinity : CROWD).map((waiter) => waiter.requestedAt.event));
  if (finding.brokenBy !== undefined) standing.add(finding.brokenBy.event);
  const episodes: HistoryEntry[][] = [];
  for (const entry of completed(finding)) {
    if (!everything && entry.what === 'request' && entry.misuse === undefined && !standing.has(entry.event)) continue;
    const last = episodes[episodes.length - 1];
    if (last !== undefined && sameCall(last[0]!, entry)) last.push(entry);
    else episodes.push([entry]);
  }
  const said = new Set<string>();
  const told = episodes.map((entries) => {
    const sentences = [...new Set(entries.flatMap(({ note }) => (note === undefined ? [] : [noteSentence(note)])))];
    const news = everything ? sentences : sentences.filter((sentence) => !said.has(sentence));
    for (const sentence of news) said.add(sentence);
    return { entries, blamed: !entries.some(touchesLock), sentences: news };
  });
  return everything ? told : counted(told);
}

/** Whether the episode has the first anomaly of the history. */
export function isFirst(episode: Episode): boolean {
  return episode.entries.some((entry) => entry.first === true);
}

/** The history with the cycle's own requests and acquires, and what broke it up, where it lacks them. */
function completed(finding: Finding): HistoryEntry[] {
  // Where nobody stood still, a request of the cycle may have been granted in the same event.
  const granted = new Set(isPredicted(finding) ? finding.cycle.map((waiter) => waiter.requestedAt.event) : []);
  const entries = finding.history.filter((entry) => entry.what !== 'acquire' || !granted.has(entry.event));
  const known = new Set(entries.map((entry) => `${entry.event} ${entry.what}`));
  const own = [...finding.cycle.flatMap((waiter) => [requestEntry(waiter), acquireEntry(waiter)]), finding.brokenBy];
  for (const entry of own) if (entry !== undefined && !known.has(`${entry.event} ${entry.what}`)) entries.push(entry);
  return entries.toSorted((a, b) => a.event - b.event);
}

function sameCall(a: HistoryEntry, b: HistoryEntry): boolean {
  const same = a.operationNumber === undefined ? a.operation !== undefined && a.operation === b.operation : a.operationNumber === b.operationNumber;
  return same && a.thread === b.thread;
}

/** Blamed calls with the same name and the same notes become one, in a run of blamed calls. */
function counted(episodes: readonly Episode[]): Episode[] {
  const told: Episode[] = [];
  let run = new Map<string, number>();
  for (const episode of episodes) {
    if (!episode.blamed) run = new Map();
    const key = likeness(episode);
    const known = run.get(key);
    if (!episode.blamed || isFirst(episode) || known === undefined) {
      if (episode.blamed) run.set(key, told.length);
      told.push(episode);
    } else {
      const first = told[known]!;
      told[known] = { ...first, like: { count: (first.like?.count ?? 0) + 1, last: episode.entries[0]! } };
    }
  }
  return told;
}

function likeness(episode: Episode): string {
  const notes = episode.entries.map((entry) => entry.note?.kind ?? '');
  return JSON.stringify([operationName(episode.entries[0]!), episode.entries[0]!.thread, ...new Set(notes.filter((kind) => kind !== ''))]);
}
