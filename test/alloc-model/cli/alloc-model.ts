/** `alloc-model WORDS…` in this process. */
import { run } from '../../../packages/alloc-model/src/cli/run.js';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function allocModel(...words: string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const code = await run(words, {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  return { code, ...written };
}
