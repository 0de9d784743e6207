/** Opens what a command reads: a file, or standard input. */
import { createReadStream } from 'node:fs';
import { CallLogError } from './call-log-error.js';

const CHUNK = 256 * 1024;

/** What people call `file`, a path or `-`; in quotes where nothing would be seen. */
export function inputName(file: string): string {
  if (file === '') return '""';
  return file === '-' ? 'standard input' : file;
}

/** Gives `read` the bytes of `file`, and the name that errors call it. @throws CallLogError if it cannot be read */
export async function withFile<Result>(file: string, read: (input: AsyncIterable<Uint8Array>, name: string) => Promise<Result>): Promise<Result> {
  const input = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
  const name = inputName(file);
  try {
    return await read(input as AsyncIterable<Uint8Array>, name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof CallLogError || code === undefined) throw error;
    throw new CallLogError(name, 0, `cannot be read: ${reasons[code] ?? code}`);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
};
