/** Paths that name an open file of this process, as `/dev/stdout` and `/dev/fd/3` do. */
import { readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/** Links that are followed: as many as Linux follows. */
const MOST_LINKS = 40;

/** The descriptor that `path` stands for; undefined if it stands for none. */
export function descriptorOf(path: string): number | undefined {
  let at = path;
  try {
    for (let links = 0; links < MOST_LINKS; links++) {
      const folder = realpathSync(dirname(at));
      if (folder === `/proc/${process.pid}/fd` && /^\d+$/.test(basename(at))) return Number(basename(at));
      at = resolve(folder, readlinkSync(at));
    }
  } catch {
    // It is no link, or is not there.
  }
  return undefined;
}
