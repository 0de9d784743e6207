/** The fenced blocks and pictures of a Markdown file that say where they come from, in a comment on the line before. */

export interface Block {
  /** `file`: the text stands in this file. `output`: the command prints it. */
  readonly from: 'file' | 'output';
  readonly source: string;
  /** What stands in the block; of a picture, the file that has it, as the Markdown file names it. */
  readonly shown: { readonly text: string } | { readonly picture: string };
  /** 1-based line of the comment. */
  readonly line: number;
}

const COMMENT = /^<!-- (file|output): (.+) -->$/;
const PICTURE = /^!\[.*\]\((.+)\)$/;

/** @throws Error if such a comment has no fenced block and no picture behind it */
export function sourcedBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (const [index, line] of lines.entries()) {
    const match = COMMENT.exec(line);
    if (match === null) continue;
    blocks.push({ from: match[1] as Block['from'], source: match[2]!, shown: shownAt(lines, index + 1), line: index + 1 });
  }
  return blocks;
}

function shownAt(lines: readonly string[], index: number): Block['shown'] {
  const picture = PICTURE.exec(lines[index] ?? '');
  if (picture !== null) return { picture: picture[1]! };
  if (!lines[index]?.startsWith('```')) throw new Error(`line ${index}: no fenced block and no picture follows the comment`);
  const end = lines.indexOf('```', index + 1);
  if (end === -1) throw new Error(`line ${index + 1}: the block does not end`);
  return { text: `${lines.slice(index + 1, end).join('\n')}\n` };
}
