// The joined script, without gdb.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { captureScript } from '../../../packages/alloc-model/src/capture/script.js';
import { describeNative } from '../native.js';

const parts = fileURLToPath(new URL('../../../packages/alloc-model/src/capture/', import.meta.url));
const script = captureScript({ prefix: '_rjem_', locks: true, stall: 7 });

describe('the joined script', () => {
  it('has each part once, whole but for the settings', () => {
    const names = readdirSync(parts).filter((name) => name.endsWith('.py') && name !== 'settings.py');
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(script.split(readFileSync(parts + name, 'utf8'))).toHaveLength(2);
  });

  it('has each setting once, filled in', () => {
    expect(script.match(/^(?:PREFIX|LOCKS|STALL) = .*$/gm)).toEqual(["PREFIX = '_rjem_'", 'LOCKS = True', 'STALL = 7']);
  });

  it('imports once, at the top', () => {
    const imports = [...script.matchAll(/^import (\w+)$/gm)].map(([, name]) => name!);
    expect(new Set(imports).size).toBe(imports.length);
    expect(script.lastIndexOf('\nimport ')).toBeLessThan(script.indexOf('\nPREFIX = '));
  });

  it('begins with how it is used, and says before each part what it is', () => {
    expect(script).toMatch(/^"""Logs what a program asks of jemalloc, under gdb\.\n/);
    for (const name of readdirSync(parts).filter((each) => each.endsWith('.py') && each !== 'head.py')) {
      expect(readFileSync(parts + name, 'utf8')).toMatch(/^# [A-Z].*\.\n/);
    }
  });

  it('defines no name twice', () => {
    const defined = [...script.matchAll(/^(?:class|def) (\w+)/gm)].map(([, name]) => name!);
    expect(defined.toSorted()).toEqual([...new Set(defined)].toSorted());
  });
});

// Names of a script that never ran: those of its own that stand before what they are made from, and those that nobody defines.
const CHECK = `
import ast, builtins, sys
tree = ast.parse(sys.stdin.read())
compile(tree, 'capture.py', 'exec')
known = set(dir(builtins))
top = set()
for node in tree.body:
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            if isinstance(base, ast.Name) and base.id not in top | known: print('too late:', base.id)
    for name in ast.walk(node):
        if isinstance(name, (ast.ClassDef, ast.FunctionDef)): top.add(name.name)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store): top.add(name.id)
        if isinstance(name, ast.arg): top.add(name.arg)
        if isinstance(name, ast.ExceptHandler) and name.name: top.add(name.name)
        if isinstance(name, ast.Import): top.update(alias.name for alias in name.names)
for name in ast.walk(tree):
    if isinstance(name, ast.Name) and name.id not in top | known: print('unknown:', name.id)
print('checked')
`;

describeNative('the joined script as Python', ['python3'], () => {
  test.each([
    [{ prefix: 'auto', locks: false, stall: 1 }],
    [{ prefix: '', locks: true, stall: 86_400 }],
  ])('compiles, and uses no name that it does not define, with %j', (settings) => {
    const { stdout, stderr } = spawnSync('python3', ['-c', CHECK], { input: captureScript(settings), encoding: 'utf8' });
    expect([stdout, stderr]).toEqual(['checked\n', '']);
  });
});
