/** What `lockgraph report --format json` says of a trace. */
import { runCommandLine } from '../../../../packages/lockgraph/src/cli/command-line.js';
import type { JsonReport } from '../../../../packages/lockgraph/src/report/json.js';

/** @throws Error if the command cannot read the trace */
export async function report(path: string): Promise<JsonReport> {
  let stdout = '';
  let stderr = '';
  const code = await runCommandLine(['report', '--format', 'json', path], {
    stdin: nothing(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    environment: {},
    directory: '/nowhere',
  });
  if (code !== 0 && code !== 1) throw new Error(`${path}: exit ${code}, ${stderr}`);
  return JSON.parse(stdout) as JsonReport;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
