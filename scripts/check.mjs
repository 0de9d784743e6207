// Runs every check of the workspace in order and stops at the first that fails. The last line is the sum:
// each test counts as one, and so does each other step.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const node = process.execPath;
const results = mkdtempSync(join(tmpdir(), 'lockgraph-check-'));

/** The JavaScript file behind a tool of the workspace root, so that no shell is needed to start it. */
function tool(name, bin = name) {
  const manifest = join(root, 'node_modules', name, 'package.json');
  const entry = JSON.parse(readFileSync(manifest, 'utf8')).bin;
  return join(root, 'node_modules', name, typeof entry === 'string' ? entry : entry[bin]);
}

const steps = [
  { name: 'types', command: [tool('typescript', 'tsc')] },
  { name: 'lint', command: [tool('oxlint')] },
  { name: 'rooms: who may import whom', tests: 'test/structure' },
  { name: 'unused code and exports', command: [tool('knip')] },
  { name: 'tests', tests: 'test', exclude: 'structure/**' },
  { name: 'examples', tests: 'examples' },
  { name: 'build', command: ['scripts/build.mjs'] },
  { name: 'packed packages', command: ['scripts/check-packages.mjs'] },
];

let passed = 0;
let failed = 0;
const skipped = new Set();
for (const [index, step] of steps.entries()) {
  console.log(`\n── ${index + 1}/${steps.length} ${step.name} ──`);
  const started = performance.now();
  const outcome = step.tests === undefined ? runTool(step.command) : runTests(step, join(results, `${index}.json`));
  passed += outcome.passed;
  failed += outcome.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${outcome.failed === 0 ? 'ok' : 'FAILED'}: ${step.name} (${seconds} s)`);
  if (outcome.failed > 0) break;
}
rmSync(results, { recursive: true, force: true });
console.log('');
for (const line of skipped) console.log(`skipped: ${line}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function run(args) {
  // No stdin: a tool that asks a question must not wait for an answer.
  return spawnSync(node, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function runTool(command) {
  return run(command) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runTests({ tests, exclude }, file) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const exclusion = exclude === undefined ? [] : [`--exclude=${exclude}`];
  const ok = run([tool('vitest'), 'run', '--dir', tests, ...exclusion, ...reporters]);
  const { numPassedTests, numFailedTests, testResults } = readResult(file);
  noteSkipped(testResults);
  // A file that does not even load fails no test, and is a failure all the same; so is a step without tests.
  return { passed: numPassedTests, failed: ok && numPassedTests > 0 ? 0 : Math.max(numFailedTests, 1) };
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

/** Tests that lack a program of the system say so in a title: `capture (skipped: gdb is not installed)`. */
function noteSkipped(testResults) {
  for (const { assertionResults } of testResults) {
    for (const { ancestorTitles } of assertionResults) {
      for (const title of ancestorTitles) {
        const [, what, reason] = /^(.*) \(skipped: (.*)\)$/.exec(title) ?? [];
        if (what !== undefined) skipped.add(`${what}: ${reason}`);
      }
    }
  }
}
