/** Lines of the source that a report speaks of. Sites come from traces and are not to be trusted: only files below the working directory are read. */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** A larger file is no source that a person wrote. */
const LARGEST = 2 ** 21;
const SITE = /^(.+?):(\d+)(?::\d+)?$/s;

/** A function that gives the line at a site such as `src/bank.ts:14:33`, if the file lies below `directory`. Each file is read once. */
export function sourceLines(directory: string): (site: string) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return (site) => {
    const match = SITE.exec(site);
    if (match === null) return undefined;
    const file = match[1]!;
    let lines = files.get(file);
    if (lines === undefined) {
      lines = readLines(directory, file);
      files.set(file, lines);
    }
    return lines[Number(match[2]) - 1];
  };
}

function readLines(directory: string, file: string): readonly string[] {
  try {
    const path = realpathSync(resolve(directory, file));
    const below = relative(realpathSync(directory), path);
    if (below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below)) return [];
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > LARGEST) return [];
    return readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    // No such source here: the report does without.
    return [];
  }
}
