/** Patterns in which `*` stands for any characters, of any number. Every other character stands for itself. */

/** Whether a text is what `pattern` says, whole. Cost of the answer: at worst the product of the two lengths, for there is no going back. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - last.length;
    let at = first.length;
    if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
    // The leftmost place of each part leaves the most room for those after it.
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
