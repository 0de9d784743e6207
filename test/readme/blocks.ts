/** The fenced blocks of a Markdown file that say where they come from, in a comment on the line before. */

export interface Block {
  /** `file`: the text stands in this file. `output`: the command prints it. */
  readonly from: 'file' | 'output';
  readonly source: string;
  readonly text: string;
  /** 1-based line of the comment. */
  readonly line: number;
}

const COMMENT = /^<!-- (file|output): (.+) -->$/;

/** @throws Error if such a comment has no fenced block behind it */
export function sourcedBlocks(markdown: string): Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (const [index, line] of lines.entries()) {
    const match = COMMENT.exec(line);
    if (match === null) continue;
    if (!lines[index + 1]?.startsWith('```')) throw new Error(`line ${index + 1}: no fenced block follows ${line}`);
    const end = lines.indexOf('```', index + 2);
    if (end === -1) throw new Error(`line ${index + 2}: the block does not end`);
    blocks.push({
      from: match[1] as Block['from'],
      source: match[2]!,
      text: `${lines.slice(index + 2, end).join('\n')}\n`,
      line: index + 1,
    });
  }
  return blocks;
}
