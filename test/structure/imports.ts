// The import graph of a package's source, read without running it. Type-only imports count: they are arrows of the design too.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export interface SourceFile {
  readonly text: string;
  /** Files of the same package, as paths relative to its src folder. */
  readonly internal: readonly string[];
  /** Everything else that is imported, as written. */
  readonly external: readonly string[];
}

/** Source files by their path relative to the src folder: `trace/event.ts`. */
export type ImportGraph = ReadonlyMap<string, SourceFile>;

export function readPackage(name: string): ImportGraph {
  const src = fileURLToPath(new URL(`../../packages/${name}/src`, import.meta.url));
  const paths = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  const texts = paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(join(src, path), 'utf8')]);
  return importGraph(Object.fromEntries(texts) as Record<string, string>);
}

export function importGraph(texts: Readonly<Record<string, string>>): ImportGraph {
  return new Map(Object.entries(texts).map(([path, text]) => [path, parse(path, text)]));
}

function parse(path: string, text: string): SourceFile {
  const specifiers = ts.preProcessFile(text).importedFiles.map((file) => file.fileName);
  return {
    text,
    internal: specifiers
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')),
    external: specifiers.filter((specifier) => !specifier.startsWith('.')),
  };
}

/** For each room, the rooms that it may import; `lab/*` stands for every room below `lab`. */
export type Rooms = Readonly<Record<string, readonly string[]>>;

/** The innermost room that a file lies in; its folder directly under src, or its own name, if that is none. */
export function roomOf(path: string, rooms: Rooms): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (path.slice(0, end) in rooms) return path.slice(0, end);
  }
  return path.split('/', 1)[0]!;
}

/** Every import that leaves its room for one that the table does not allow, as `from → to`. */
export function forbiddenImports(graph: ImportGraph, rooms: Rooms): string[] {
  const found: string[] = [];
  for (const [path, file] of graph) {
    const room = roomOf(path, rooms);
    for (const target of file.internal) {
      const targetRoom = roomOf(target, rooms);
      if (targetRoom !== room && !rooms[room]?.some((allowed) => isRoom(targetRoom, allowed))) found.push(`${path} → ${target}`);
    }
  }
  return found;
}

function isRoom(room: string, allowed: string): boolean {
  return allowed.endsWith('/*') ? room.startsWith(allowed.slice(0, -1)) : room === allowed;
}

/** Each circle of imports once, as `a → b → a`. */
export function importCycles(graph: ImportGraph): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): void => {
    const start = way.indexOf(path);
    if (start !== -1) cycles.push([...way.slice(start), path].join(' → '));
    if (start !== -1 || done.has(path)) return;
    way.push(path);
    for (const target of graph.get(path)?.internal ?? []) visit(target);
    way.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return cycles;
}

/** The statements of a file that are anything but `export … from …`. */
export function otherThanReExports(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((statement) => !ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined)
    .map((statement) => `${path}: ${statement.getText(source).split('\n', 1)[0]}`);
}
