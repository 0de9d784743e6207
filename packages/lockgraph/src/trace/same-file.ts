/** Whether an output would destroy an input: two names, or a name and a descriptor, of one file. */
import { fstatSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';

/**
 * Whether both are the same regular file, whatever path or link leads there. What is not there, or cannot be asked about, is no file; devices and
 * pipes are not destroyed by writing. @param input a path, or an open file's descriptor
 */
export function isSameFile(output: string, input: string | number): boolean {
  const one = statOf(output);
  const other = statOf(input);
  return one !== undefined && other !== undefined && one.isFile() && one.dev === other.dev && one.ino === other.ino;
}

function statOf(file: string | number): BigIntStats | undefined {
  try {
    return typeof file === 'string' ? statSync(file, { bigint: true }) : fstatSync(file, { bigint: true });
  } catch {
    return undefined;
  }
}
