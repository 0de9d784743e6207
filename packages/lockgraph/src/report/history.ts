/** The section that says how it came about: the finding's history, oldest first, the first anomaly marked. */
import type { Finding, Place } from '../detect/finding.js';
import { isEnd } from './dissolved.js';
import { episodeLines } from './episode-lines.js';
import { counted, indent, widest } from './layout.js';
import { isHeldOn, standsStill } from './step.js';
import { episodesOf, isFirst } from './story.js';
import type { Episode } from './story.js';
import type { View } from './view.js';

/** Columns between the number of a call and what it did. */
const GAP = 2;
const HEADINGS = { call: 'number of the call', line: 'line of the trace', event: 'number of the event' } as const;

/**
 * @param room lines that it should not pass, unless everything is shown; what the finding rests on is shown in any case
 */
export function historySection(finding: Finding, room: number, view: View): string[] {
  // Events of several runs have no order.
  if (finding.history.some(({ trace }) => trace !== undefined)) return [];
  const episodes = episodesOf(finding, view.verbose);
  if (episodes.length === 0) return [];
  const unit = unitOf(episodes);
  const numbers = episodes.map(({ entries }) => numberOf(entries[0]!, unit));
  const margin = widest(numbers);
  const several = new Set([...finding.history, ...episodes.map(({ entries }) => entries[0]!)].map((entry) => entry.thread)).size > 1 || finding.cycle.length > 1;
  const width = view.width - 2 - margin - GAP;
  const blocks = episodes.map((episode, i) => {
    const [first, ...rest] = episodeLines(episode, finding, several, width, view);
    return [`  ${numbers[i]!.padStart(margin)}${' '.repeat(GAP)}${first ?? ''}`, ...indent(rest, 2 + margin + GAP)];
  });
  const heading = `How it came about (left: ${HEADINGS[unit]})`;
  return ['', view.style.heading(heading), ...(view.verbose ? blocks.flat() : fitted(blocks, episodes, finding, room - 2, view))];
}

/** What the numbers on the left count: calls where there are any, else lines where the trace has them, as all other sections do. */
function unitOf(episodes: readonly Episode[]): keyof typeof HEADINGS {
  const places = episodes.map(({ entries }) => entries[0]!);
  if (places.some(({ operationNumber }) => operationNumber !== undefined)) return 'call';
  return places.every(({ line }) => line !== undefined) ? 'line' : 'event';
}

function numberOf({ operationNumber, line, event }: Place, unit: keyof typeof HEADINGS): string {
  if (unit === 'call') return String(operationNumber ?? '–');
  return String(unit === 'line' ? line : event);
}

/** Leaves out episodes, the least telling and oldest first, until the rest fits. */
function fitted(blocks: readonly string[][], episodes: readonly Episode[], finding: Finding, room: number, view: View): string[] {
  const rank = episodes.map((episode, i) => ({ i, weight: weightOf(episode, finding) })).toSorted((a, b) => b.weight - a.weight || a.i - b.i);
  const out = new Set<number>();
  let size = blocks.reduce((sum, block) => sum + block.length, 0);
  for (const { i, weight } of rank) {
    if (size + (out.size > 0 ? 1 : 0) <= room || weight === 0) break;
    out.add(i);
    size -= blocks[i]!.length;
  }
  const lines: string[] = [];
  let skipped = 0;
  for (const [i, block] of blocks.entries()) {
    if (out.has(i)) {
      skipped++;
      continue;
    }
    if (skipped > 0) lines.push(gap(skipped, view));
    skipped = 0;
    for (const line of block) lines.push(line);
  }
  if (skipped > 0) lines.push(gap(skipped, view));
  return lines;
}

function gap(count: number, view: View): string {
  return view.style.quiet(`  … ${counted(count, 'step')} left out (--verbose shows them)`);
}

/** 0: the finding rests on it. */
function weightOf(episode: Episode, finding: Finding): number {
  if (isFirst(episode) || episode.entries.some((entry) => standsStill(entry, finding) || isHeldOn(entry, finding) || isEnd(entry, finding))) return 0;
  if (episode.entries.some((entry) => entry.misuse !== undefined)) return 1;
  return episode.entries.some((entry) => entry.note !== undefined) ? 2 : 3;
}
