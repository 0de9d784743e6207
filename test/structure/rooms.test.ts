import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { describe, expect, test } from 'vitest';
import { forbiddenImports, importCycles, importGraph, otherThanReExports, readPackage, roomOf } from './imports.js';
import type { ImportGraph } from './imports.js';

// Who may import whom. A room that is not listed here does not exist yet: give it a line before its first file.
const packages = [
  {
    name: 'lockgraph',
    mayImport: {
      graph: [],
      trace: [],
      'detect/state': ['trace'],
      'detect/order': ['graph', 'trace', 'detect/state'],
      'detect/predict': ['graph', 'trace', 'detect/state', 'detect/order'],
      'detect/knowledge': ['trace', 'detect/order'],
      detect: ['graph', 'trace', 'detect/state', 'detect/order', 'detect/predict', 'detect/knowledge'],
      threads: ['trace', 'detect'],
      sync: ['trace', 'detect', 'threads'],
      explore: ['trace', 'detect', 'threads', 'sync'],
      report: ['trace', 'detect', 'graph'],
      adapters: ['graph', 'trace', 'detect', 'threads', 'sync', 'explore', 'report'],
      cli: ['graph', 'trace', 'detect', 'detect/knowledge', 'threads', 'sync', 'explore', 'report', 'adapters'],
      'index.ts': ['graph', 'trace', 'detect', 'detect/knowledge', 'threads', 'sync', 'explore', 'report', 'adapters'],
    },
  },
  {
    name: 'alloc-model',
    mayImport: {
      'allocator.ts': [],
      jemalloc: ['allocator.ts'],
      'jemalloc/v4': ['allocator.ts', 'jemalloc'],
      'jemalloc/v5': ['allocator.ts', 'jemalloc'],
      system: ['allocator.ts'],
      trace: ['allocator.ts'],
      capture: [],
      'lab/replay': ['allocator.ts', 'jemalloc', 'jemalloc/*', 'system', 'trace'],
      'lab/check': ['jemalloc', 'jemalloc/*', 'trace'],
      'lab/compare': ['allocator.ts', 'jemalloc', 'trace', 'lab/replay', 'lab/check'],
      'lab/sweep': ['allocator.ts', 'jemalloc', 'trace', 'lab/replay'],
      'lab/minimize': ['allocator.ts', 'jemalloc', 'trace', 'lab/replay'],
      report: ['allocator.ts', 'jemalloc', 'trace', 'lab/*'],
      cli: ['allocator.ts', 'trace', 'capture', 'lab/*', 'report'],
      'index.ts': ['allocator.ts', 'trace', 'capture', 'lab/*', 'report'],
    },
  },
];

describe.each(packages)('$name', ({ name, mayImport }) => {
  const graph = readPackage(name);

  test('every file lies in a known room', () => {
    expect([...graph.keys()].filter((path) => !(roomOf(path, mayImport) in mayImport))).toEqual([]);
  });

  test('no import leaves its room for a room above', () => {
    expect(forbiddenImports(graph, mayImport)).toEqual([]);
  });

  test('every relative import names a file that exists', () => {
    const missing = [...graph].flatMap(([path, file]) =>
      file.internal.filter((target) => !graph.has(target)).map((target) => `${path} → ${target}`),
    );
    expect(missing).toEqual([]);
  });

  test('no files import each other in a circle', () => {
    expect(importCycles(graph)).toEqual([]);
  });

  test('only node: modules and declared dependencies come from outside', () => {
    const declared = runtimeDependencies(name);
    expect(externalImports(graph, (specifier) => !isNodeModule(specifier) && !declared.includes(packageOf(specifier)))).toEqual([]);
  });

  test('index.ts holds only re-exports', () => {
    const entries = [...graph].filter(([path]) => path === 'index.ts');
    expect(entries.flatMap(([path, file]) => otherThanReExports(path, file.text))).toEqual([]);
  });
});

test('graph/ imports nothing from outside: it is pure', () => {
  const graph = readPackage('lockgraph');
  const room = new Map([...graph].filter(([path]) => path.startsWith('graph/')));
  expect(externalImports(room, () => true)).toEqual([]);
});

test('alloc-model imports of lockgraph only what everybody gets', () => {
  const graph = readPackage('alloc-model');
  expect(externalImports(graph, (specifier) => specifier !== 'lockgraph' && !isNodeModule(specifier))).toEqual([]);
});

describe('the checks themselves', () => {
  test('see static, type-only, re-exporting and dynamic imports', () => {
    const graph = importGraph({
      'a/x.ts': `import { y } from './y.js'; import type { Z } from '../b/z.js'; import 'async-mutex';`,
      'a/y.ts': `export * from '../b/z.js'; const later = () => import('node:fs');`,
      'b/z.ts': '',
    });
    expect(graph.get('a/x.ts')).toMatchObject({ internal: ['a/y.ts', 'b/z.ts'], external: ['async-mutex'] });
    expect(graph.get('a/y.ts')).toMatchObject({ internal: ['b/z.ts'], external: ['node:fs'] });
    expect(forbiddenImports(graph, { a: [], b: ['a'] })).toEqual(['a/x.ts → b/z.ts', 'a/y.ts → b/z.ts']);
    expect(forbiddenImports(graph, { a: ['b'], b: [] })).toEqual([]);
    expect(forbiddenImports(graph, { a: ['b/*'], b: [] })).toHaveLength(2);
  });

  test('know rooms inside rooms, which are not open because the outer one is', () => {
    const graph = importGraph({ 'a/x.ts': `import '../b/c/y.js'; import '../b/z.js'`, 'b/c/y.ts': '', 'b/z.ts': '' });
    expect(forbiddenImports(graph, { a: ['b'], b: [], 'b/c': [] })).toEqual(['a/x.ts → b/c/y.ts']);
    expect(forbiddenImports(graph, { a: ['b/*'], b: [], 'b/c': [] })).toEqual(['a/x.ts → b/z.ts']);
    expect(forbiddenImports(graph, { a: ['b', 'b/*'], b: [], 'b/c': [] })).toEqual([]);
  });

  test('see a circle of three files, and no circle in a diamond', () => {
    const circle = { 'a.ts': `import './b.js'`, 'b.ts': `import './c.js'`, 'c.ts': `import './a.js'` };
    expect(importCycles(importGraph(circle))).toEqual(['a.ts → b.ts → c.ts → a.ts']);
    const diamond = { 'a.ts': `import './b.js'; import './c.js'`, 'b.ts': `import './d.js'`, 'c.ts': `import './d.js'`, 'd.ts': '' };
    expect(importCycles(importGraph(diamond))).toEqual([]);
  });

  test('see what is not a re-export', () => {
    expect(otherThanReExports('index.ts', `export { a } from './a.js';\nexport type * from './b.js';`)).toEqual([]);
    expect(otherThanReExports('index.ts', `import { a } from './a.js';\nexport { a };\nexport const b = 1;`)).toHaveLength(3);
  });
});

function externalImports(graph: ImportGraph, isWrong: (specifier: string) => boolean): string[] {
  return [...graph].flatMap(([path, file]) => file.external.filter((specifier) => isWrong(specifier)).map((specifier) => `${path} → ${specifier}`));
}

function isNodeModule(specifier: string): boolean {
  return specifier.startsWith('node:') && isBuiltin(specifier);
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function runtimeDependencies(name: string): string[] {
  const path = new URL(`../../packages/${name}/package.json`, import.meta.url);
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string> | undefined>;
  return [...Object.keys(manifest['dependencies'] ?? {}), ...Object.keys(manifest['peerDependencies'] ?? {})];
}
