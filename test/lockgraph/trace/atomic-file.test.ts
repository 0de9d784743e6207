import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AtomicFile, discardOpenFiles } from '../../../packages/lockgraph/src/trace/atomic-file.js';
import { JsonlWriter } from '../../../packages/lockgraph/src/trace/jsonl-writer.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'lockgraph-'));
}

describe('a file that is written whole or not at all', () => {
  it('has its name only when it is complete', () => {
    const where = folder();
    const file = new AtomicFile(join(where, 'a.trace'));
    file.write('one\n');
    expect(readdirSync(where)).not.toContain('a.trace');
    file.write('two\n');
    file.commit();
    expect(readdirSync(where)).toEqual(['a.trace']);
    expect(readFileSync(join(where, 'a.trace'), 'utf8')).toBe('one\ntwo\n');
  });

  it('leaves what was there as it was, and nothing else, when it is discarded', () => {
    const where = folder();
    writeFileSync(join(where, 'a.trace'), 'before');
    const file = new AtomicFile(join(where, 'a.trace'));
    file.write('half');
    file.discard();
    expect(readdirSync(where)).toEqual(['a.trace']);
    expect(readFileSync(join(where, 'a.trace'), 'utf8')).toBe('before');
  });

  it('follows a link to the file that it replaces', () => {
    const where = folder();
    writeFileSync(join(where, 'real'), 'before');
    symlinkSync('real', join(where, 'link'));
    const file = new AtomicFile(join(where, 'link'));
    file.write('after');
    file.commit();
    expect(readFileSync(join(where, 'real'), 'utf8')).toBe('after');
  });

  it('writes to a file that is open already where that stands, and leaves it open', () => {
    const path = join(folder(), 'log');
    const program = `
      import { AtomicFile } from '${new URL('../../../packages/lockgraph/src/trace/atomic-file.ts', import.meta.url).href}';
      import { writeSync } from 'node:fs';
      for (const path of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
        const file = new AtomicFile(path);
        file.write(path + ' ');
        file.commit();
      }
      new AtomicFile('/dev/stdout').discard();
      writeSync(1, 'after');`;
    writeFileSync(path, 'before ');
    const log = openSync(path, 'a');
    spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], { stdio: ['ignore', log, 'inherit'] });
    closeSync(log);
    expect(readFileSync(path, 'utf8')).toBe('before /dev/stdout /dev/fd/1 /proc/self/fd/1 after');
  });

  it('writes to a device directly', () => {
    const file = new AtomicFile('/dev/null');
    file.write('gone');
    file.commit();
    expect(readdirSync('/dev')).toContain('null');
  });

  it('leaves nothing when all open files are discarded, and what was complete as it is', () => {
    const where = folder();
    const done = new AtomicFile(join(where, 'done'));
    done.write('whole');
    done.commit();
    const open = [new AtomicFile(join(where, 'a')), new AtomicFile(join(where, 'b'))];
    for (const file of open) file.write('half');
    discardOpenFiles();
    discardOpenFiles();
    for (const file of open) {
      file.write('more');
      file.commit();
    }
    done.discard();
    expect(readdirSync(where)).toEqual(['done']);
    expect(readFileSync(join(where, 'done'), 'utf8')).toBe('whole');
  });

  it('says so if its folder is not there', () => {
    expect(() => new AtomicFile(join(folder(), 'none', 'a.trace'))).toThrow('ENOENT');
  });
});

describe('the writer of a trace', () => {
  it('keeps a failure to write away from the run, and throws it when it is closed', () => {
    const registry = new Registry();
    registry.threads.id('t0');
    let failures = 0;
    const writer = new JsonlWriter(registry, () => {
      failures++;
      throw new Error('no space left');
    });
    for (let event = 1; event < 10_000; event++) writer.event(event, 6, 0, 0, 0, 0, 0, 0, 0);
    expect(failures).toBe(1);
    expect(() => writer.close()).toThrow('no space left');
  });
});
