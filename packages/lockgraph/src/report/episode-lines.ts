/** One episode of a history in lines: the call, what its notes say, and its lock events. */
import type { Finding, HistoryEntry } from '../detect/finding.js';
import { escapeName } from './escape.js';
import { columns, counted, indent, withAside, wrapParts, wrapWords } from './layout.js';
import { noteSentence } from './note-sentence.js';
import { inCall, operationLabel, operationName, placeDetails, shortPlace, sourceOf } from './place.js';
import { isPredicted } from './predicted.js';
import { markOf, objectOf, remark, standsStill, verbOf } from './step.js';
import { stepTable } from './step-table.js';
import { touchesLock } from './story.js';
import type { Episode } from './story.js';
import type { View } from './view.js';
import { wish } from './wants.js';

/** Sentences of one call that are shown, unless everything is. */
const SENTENCES = 3;

/**
 * @param several whether the history has several threads, so that each episode must say whose it is
 * @param width columns that the lines may take
 */
export function episodeLines(episode: Episode, finding: Finding, several: boolean, width: number, view: View): string[] {
  const entry = episode.entries[0]!;
  const whose = several ? `${view.style.heading(escapeName(entry.thread))}  ` : '';
  const steps = episode.entries.filter(touchesLock);
  const label = operationLabel(entry) ?? (inCall(entry) ? 'a call of which the record has lost the name' : undefined);
  if (label === undefined) return eventLines(episode, finding, whose, width, view);

  const only = steps.length === 1 && standsStill(steps[0]!, finding) ? steps[0]! : undefined;
  const mark = markOf(only ?? episode.entries.find((e) => !touchesLock(e) && e.first === true) ?? { ...entry, what: '' }, finding);
  const lines = titled(titleOf(label, steps, only, finding), whose, sentencesOf(episode, view), mark, width, view);
  if (only === undefined) lines.push(...indent(stepTable(steps, sharedDepth(steps), finding, width - 2, view), 2));
  if (episode.like !== undefined) {
    lines.push(`and ${counted(episode.like.count, 'more call')} like it, up to ${shortPlace(episode.like.last)}`);
  }
  return lines;
}

/** The call, and the calls below it that all its lock events have in common; or the call and what it waits for. */
function titleOf(label: string, steps: readonly HistoryEntry[], only: HistoryEntry | undefined, finding: Finding): string[] {
  if (only !== undefined) return [`${label} ${wishOf(only, finding)}`];
  const shared = (steps[0]?.stack ?? []).slice(0, sharedDepth(steps));
  const below = steps.length > 0 && shared[0] === operationName(steps[0]!) ? shared.slice(1) : shared;
  return [label, ...below.map(escapeName)];
}

/** Title and sentence on one line where they fit, else below each other; the mark at the right edge of the first. */
function titled(title: readonly string[], whose: string, sentences: readonly string[], mark: string, width: number, view: View): string[] {
  const room = width - columns(whose) - (mark === '' ? 0 : columns(mark) + 2);
  const lines = wrapParts(title, ' › ', room);
  const sentence = sentences[0];
  const together = sentence !== undefined && lines.length === 1 && columns(lines[0]!) + 2 + columns(sentence) <= room;
  const first = `${whose}${lines[0] ?? ''}${together ? `  ${sentence}` : ''}`;
  return [
    ...withAside(first, mark === '' ? '' : view.style.mark(mark), width),
    ...indent(lines.slice(1), 2),
    ...sentences.slice(together ? 1 : 0).flatMap((text) => wrapWords(text, width)),
  ];
}

/** Events outside of calls: one line each. */
function eventLines(episode: Episode, finding: Finding, whose: string, width: number, view: View): string[] {
  return episode.entries.flatMap((entry) => {
    const mark = markOf(entry, finding);
    const aside = mark === '' ? '' : view.style.mark(mark);
    if (entry.note !== undefined) return [...withAside(`${whose}${noteSentence(entry.note)}`, aside, width)];
    const what = standsStill(entry, finding) ? wishOf(entry, finding) : `${verbOf(entry)} ${objectOf(entry)}`.trimEnd();
    const noticed = remark(entry, finding);
    const parts = [what, ...placeOf(entry, view), noticed === '' ? '' : view.style.mark(noticed)].filter((part) => part !== '');
    const line = `${whose}${parts.join('  ')}`;
    const source = sourceOf(entry, view);
    return [...withAside(line, aside, width), ...(source === undefined ? [] : [source])];
  });
}

/** The source, or the function, of an event outside of calls; its number is in the margin. */
function placeOf(entry: HistoryEntry, view: View): string[] {
  if (entry.site !== undefined) return [shortPlace(entry), ...placeDetails(entry, view)];
  const tip = entry.stack?.[entry.stack.length - 1];
  return tip === undefined ? [] : [view.style.quiet(`in ${escapeName(tip)}`)];
}

/** What the thread waits for; only wants, where it did not come to wait. */
function wishOf(request: HistoryEntry, finding: Finding): string {
  if (isPredicted(finding)) return `${verbOf(request)} ${objectOf(request)}`;
  return wish(finding.cycle.find((waiter) => waiter.requestedAt.event === request.event)!);
}

function sentencesOf({ sentences }: Episode, view: View): readonly string[] {
  if (view.verbose || sentences.length <= SENTENCES) return sentences;
  return [...sentences.slice(0, SENTENCES), view.style.quiet(`… ${counted(sentences.length - SENTENCES, 'note')} more (--verbose shows them)`)];
}

/** How many calls, from the outermost, all events of the steps have in common. */
function sharedDepth(steps: readonly HistoryEntry[]): number {
  const first = steps[0]?.stack ?? [];
  let depth = first.length;
  for (const step of steps) {
    const stack = step.stack ?? [];
    let same = 0;
    while (same < depth && stack[same] === first[same]) same++;
    depth = same;
  }
  return depth;
}
