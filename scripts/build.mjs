// Builds every package into its dist folder: ES modules, declarations, and maps of both, and beside them the files of src
// that are not TypeScript (templates). Starts from nothing, so that no file of a module that is gone gets packed.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(`${root}/packages`).map((name) => `packages/${name}`);
for (const path of packages) rmSync(`${root}/${path}/dist`, { recursive: true, force: true });

const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
const { status } = spawnSync(process.execPath, [tsc, '--build', '--force', ...packages], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
for (const path of packages) {
  cpSync(`${root}/${path}/src`, `${root}/${path}/dist`, { recursive: true, filter: isNoSource });
}

function isNoSource(file) {
  return statSync(file).isDirectory() || !file.endsWith('.ts');
}
