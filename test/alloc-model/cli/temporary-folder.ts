import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of each test's own, which is gone after it. */
export interface TemporaryFolder {
  /** Of the test that runs. */
  readonly path: string;
  /** Writes a file. @returns its path */
  readonly write: (name: string, content: string | Uint8Array) => string;
}

/** Call it where tests are described. */
export function temporaryFolder(): TemporaryFolder {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'alloc-model-'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true });
  });
  return {
    get path() {
      return path;
    },
    write: (name, content) => {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
  };
}
