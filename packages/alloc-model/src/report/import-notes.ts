/** What an import left out, and what it changed: a line each, as compilers write them. */
import { escapeText } from 'lockgraph';
import type { ImportNote, ImportSummary } from '../trace/import-summary.js';
import { counted, number } from './words.js';

/** By kind: what is said of one, and of several. */
const sentences: Readonly<Record<ImportNote, readonly [one: string, several: string]>> = {
  unknown: ['a call about a block that the log never saw returned is left out', 'calls about blocks that the log never saw returned are left out'],
  adopted: [
    'a call resizes a block that the log never saw returned: it is taken for new',
    'calls resize blocks that the log never saw returned: they are taken for new',
  ],
  freedTwice: ['a call about a block that is freed already is left out', 'calls about blocks that are freed already are left out'],
  failed: ['a call that failed is left out', 'calls that failed are left out'],
  withoutEffect: ['a call about no block, as free(NULL), is left out', 'calls about no block, as free(NULL), are left out'],
  impossible: ['a call with a size or flags that no call can have is left out', 'calls with sizes or flags that no call can have are left out'],
  emptySize: ['a size of 0 is taken for 1', 'sizes of 0 are taken for 1'],
  unseenFree: [
    'a block is where an older one lies, of which the log saw no free; the older one stays in the trace',
    'blocks are where older ones lie, of which the log saw no free; the older ones stay in the trace',
  ],
  unreturned: ['a call never returned; it is a call of the trace', 'calls never returned; they are calls of the trace'],
};

/** Lines `FILE:LINE: what`, where LINE is the first of its kind, and at last the sum. @param file as people name it */
export function importNoteLines(file: string, summary: ImportSummary): string[] {
  const lines: string[] = [];
  const at = (line: number, text: string): void => {
    lines.push(escapeText(`${file}:${line}: ${text}`));
  };
  for (const [note, { count, line }] of Object.entries(summary.notes)) {
    const [one, several] = sentences[note as ImportNote];
    if (count === 1) at(line, one);
    else if (count > 1) at(line, `${number(count)} ${several}; the first is here`);
  }
  if (summary.damaged > 0) {
    at(summary.firstDamaged, summary.damaged === 1 ? 'a line that is only half there is left out' : `${number(summary.damaged)} lines that are only half there are left out; the first is here`);
  }
  if (summary.cutOff > 0) at(summary.cutOff, `the log is cut off in this line, which is left out: "${summary.cutOffText}"`);
  const skipped = summary.lines - summary.known - summary.damaged;
  lines.push(`${escapeText(file)}: ${counted(summary.calls, 'call')}; ${number(skipped)} of ${counted(summary.lines, 'line')} are gdb's or the program's own`);
  return lines;
}
