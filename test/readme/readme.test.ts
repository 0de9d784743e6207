import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { sourcedBlocks } from './blocks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`);
const files = ['README.md', ...examples.filter((file) => existsSync(join(root, file)))];
const blocks = files.flatMap((file) => sourcedBlocks(readFileSync(join(root, file), 'utf8')).map((block) => ({ ...block, file })));

describe('the READMEs of the project and of its examples', () => {
  test('show code and output that say where they come from', () => {
    expect(blocks.filter(({ file }) => file === 'README.md').length).toBeGreaterThan(0);
  });

  test.each(blocks.map((block) => ({ ...block, where: `${block.file}:${block.line}: ${block.from} ${block.source}` })))(
    'tell the truth in $where',
    ({ file, from, source, shown }) => {
      const text = 'text' in shown ? shown.text : readFileSync(join(root, dirname(file), shown.picture), 'utf8');
      if (from === 'file') expect(readFileSync(join(root, source), 'utf8')).toContain(text);
      else expect(printed(source)).toBe(text);
    },
  );
});

/** What a command of the workspace prints on standard output, whatever its exit code. */
function printed(command: string): string {
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH']}`, COLUMNS: '100' };
  return execFileSync('sh', ['-c', `${command} || test $? -eq 1`], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
