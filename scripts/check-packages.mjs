// Packs every package as it would be published, installs the tarballs into an empty folder, and uses them there as a
// stranger would: bare node imports each public entry, tsc reads its types under each way to resolve modules, and each bin
// answers --help and --version, and has the files that it needs. Other tools than pnpm must refuse to pack.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockgraph-packed-')));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const packages = readdirSync(join(root, 'packages')).map((name) => ({ name, tarball: join(folder, `${name}.tgz`) }));
pnpm('--recursive', '--filter', './packages/*', 'pack', '--out', join(folder, '%s.tgz'));
for (const { name, tarball } of packages) {
  const { messages, pkg } = await publint({ pack: { tarball: readFileSync(tarball) }, strict: true });
  if (messages.length > 0) fail(messages.map((message) => `${name}: ${formatMessage(message, pkg)}`).join('\n'));
}

for (const { name } of packages) {
  const { status, stderr } = spawnSync('npm', ['pack', '--dry-run'], { cwd: join(root, 'packages', name), encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status === 0 || !stderr.includes('pack and publish with pnpm')) fail(`npm pack of ${name} is not refused: ${stderr}`);
}

const consumer = join(folder, 'consumer');
mkdirSync(consumer);
const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
writeJson('package.json', { name: 'consumer', private: true, type: 'module', dependencies: tarballs });
// Packages find each other as tarballs too, not in the registry.
writeJson('pnpm-workspace.yaml', { packages: ['.'], overrides: tarballs });
pnpm('--dir', consumer, 'install', '--prefer-offline', '--no-frozen-lockfile', '--silent');

const entries = packages.flatMap(({ name }) => publicEntries(name));
for (const entry of entries) {
  node('--input-type=module', '--eval', `await import(${JSON.stringify(entry)})`);
  console.log(`import ${entry}`);
}

writeFileSync(join(consumer, 'use.ts'), entries.map((entry, index) => `export * as entry${index} from '${entry}';\n`).join(''));
// Neither skipLibCheck, nor types of Node, nor a newer library: the declarations must stand on their own.
const standalone = { target: 'ES2022', lib: ['ES2022'], types: [], skipLibCheck: false, strict: true, noEmit: true };
for (const [module, moduleResolution] of [['Node16', 'Node16'], ['NodeNext', 'NodeNext'], ['ESNext', 'Bundler']]) {
  writeJson('tsconfig.json', { compilerOptions: { ...standalone, module, moduleResolution }, files: ['use.ts'] });
  node(join(root, 'node_modules/typescript/bin/tsc'), '--project', consumer);
  console.log(`types of ${entries.join(', ')}, resolved as by ${moduleResolution}`);
}

for (const { name } of packages) {
  if (!existsSync(join(consumer, 'node_modules', name, 'README.md'))) fail(`the package ${name} has no README.md`);
  const { bin = {}, version } = manifestOf(name);
  for (const command of Object.keys(bin)) {
    const path = join(consumer, 'node_modules/.bin', command);
    if (run(path, ['--help']).trim() === '') fail(`${command} --help printed nothing`);
    const printed = run(path, ['--version']).trim();
    if (!printed.includes(version)) fail(`${command} --version printed "${printed}", and the package is ${version}`);
    console.log(`${command} --help, --version: ${printed}`);
  }
}

const captured = run(join(consumer, 'node_modules/.bin/alloc-model'), ['gdb-script', '--locks']);
if (!captured.includes('import gdb') || !/^LOCKS = True$/m.test(captured)) fail('alloc-model gdb-script printed no script');
console.log(`alloc-model gdb-script: ${captured.split('\n').length} lines`);

writeFileSync(join(consumer, 'one.trace'), 'mallocx 1 48 0\n');
const program = run(join(consumer, 'node_modules/.bin/alloc-model'), ['emit-c', 'one.trace']);
if (!program.includes('int main(') || !program.includes('"mallocx 48 0",')) fail('alloc-model emit-c printed no program');
console.log(`alloc-model emit-c: ${program.split('\n').length} lines`);

function publicEntries(name) {
  const subpaths = Object.keys(manifestOf(name).exports).filter((subpath) => subpath !== './package.json');
  return subpaths.map((subpath) => name + subpath.slice(1));
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(consumer, 'node_modules', name, 'package.json'), 'utf8'));
}

function writeJson(path, value) {
  writeFileSync(join(consumer, path), `${JSON.stringify(value, undefined, 2)}\n`);
}

function pnpm(...args) {
  // By way of the root's script, which alone names the version.
  run('npm', ['run', '--silent', 'pnpm', '--', ...args], root);
}

function node(...args) {
  run(process.execPath, args);
}

function run(command, args, cwd = consumer) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (status !== 0) fail(`${[command, ...args].join(' ')}\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  return stdout;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
