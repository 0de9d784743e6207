// Runs `lockgraph WORDS…` from the build in this process, and prints what it took as JSON: seconds without the start of Node, and the most memory
// that the process ever had.
import { runCommandLine } from '../packages/lockgraph/dist/cli/command-line.js';

const ignored = { write: () => {} };
const started = performance.now();
const code = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: ignored,
  stderr: process.stderr,
  environment: process.env,
  directory: process.cwd(),
});
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ code, seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
