/** A file cannot be read or written. Its message is one line, `FILE: reason`. */

export class InputError extends Error {
  override readonly name = 'InputError';
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is no directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'no space left on the device',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};

/** The error of the system as one that names the file; any other error, a bug, is passed on. */
export function inputError(file: string, error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (code === undefined || (error as NodeJS.ErrnoException).syscall === undefined) return error;
  const reason = Object.hasOwn(reasons, code) ? reasons[code]! : code;
  return new InputError(`${file}: ${reason}`);
}
