/** A report in a file: whole, or the file is as it was before. */
import { AtomicFile } from '../trace/atomic-file.js';
import { inputError } from './input-error.js';

/** @throws InputError if it cannot be written; then nothing is left behind */
export function writeWholeFile(path: string, text: string): void {
  try {
    const file = new AtomicFile(path);
    file.write(text);
    file.commit();
  } catch (error) {
    throw inputError(path, error);
  }
}
