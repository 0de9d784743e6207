/** What is left of a log's text when one call is left out, by a way of its own: lines and words. */

/** Every text that one call less can leave; some are no valid logs. */
export function removals(text: string): string[] {
  const lines = text.trimEnd().split('\n');
  return lines.flatMap((line, at) => {
    const words = line.split(' ');
    const without = lines.toSpliced(at, 1);
    const texts = [without];
    if (words[0] === 'mallocx') texts.push(withoutBlock(without, at, words[1]!));
    if (words[0] === 'rallocx') texts.push(renamed(without, at, words[2]!, words[1]!), withoutBlock(without, at, words[2]!));
    return texts.map((each) => each.map((call) => `${call}\n`).join(''));
  });
}

/** Without what is done with a block from `from` on, and with what it becomes. Ids are given out once. */
function withoutBlock(lines: readonly string[], from: number, id: string): string[] {
  let name = id;
  return lines.filter((line, at) => {
    const words = line.split(' ');
    if (at < from || words[0] === 'mallocx' || words[0] === 'texit' || words[1] !== name) return true;
    if (words[0] === 'rallocx') name = words[2]!;
    return false;
  });
}

function renamed(lines: readonly string[], from: number, id: string, to: string): string[] {
  return lines.map((line, at) => {
    const words = line.split(' ');
    return at >= from && words[0] !== 'texit' && words[1] === id ? words.with(1, to).join(' ') : line;
  });
}
