/** A temporary file cannot be made, written or read. Its message is one line that says where, why, and what to do. */
import { getSystemErrorMap } from 'node:util';

export class SpillError extends Error {
  override readonly name = 'SpillError';
  /** Where temporary files go. */
  readonly folder: string;
  /** What the system says, as `ENOSPC: no space left on device`. */
  readonly reason: string;

  private constructor(folder: string, reason: string, cause: unknown) {
    super(`temporary files cannot be kept in ${folder} (${reason}); TMPDIR=FOLDER puts them elsewhere`, { cause });
    this.folder = folder;
    this.reason = reason;
  }

  /** The error of the system as one of these; any other error, a bug, is returned as it is. */
  static of(folder: string, error: unknown): unknown {
    const { errno } = error as NodeJS.ErrnoException;
    const known = errno === undefined ? undefined : getSystemErrorMap().get(errno);
    return known === undefined ? error : new SpillError(folder, `${known[0]}: ${known[1]}`, error);
  }
}
