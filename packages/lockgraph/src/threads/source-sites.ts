/**
 * Where in the source lockgraph was called, read from the stack. Own files are skipped, so that a site is the user's.
 * Cost: about 5 µs, and once for each place about 50 µs more to map it to the source that people wrote.
 */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Frames of lockgraph that are between its user and the reader of a stack, in nearly all cases; and in all. */
const FEW = 4;
const MANY = 16;
const OWN = fileURLToPath(new URL('..', import.meta.url));
const LOCATION = /^\s*at (?:.* \()?(.+):(\d+):(\d+)\)?$/;

/** A place in the source. There is one object for each place. */
export interface SourceSite {
  /** Name of the function that it is in. */
  readonly function: string;
  /** `src/bank.ts:14:33`: relative to the working directory, with slashes. */
  readonly place: string;
}

/** A function of lockgraph, from whose caller on a stack is read. */
type Reader = (...args: never[]) => unknown;

export class SourceSites {
  readonly #reader: Reader;
  /** By file, then by position in the code as it runs; undefined for own files. */
  readonly #files = new Map<string, Map<number, SourceSite> | undefined>();

  /** @param reader the function that calls {@link here}, always the same */
  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Where the code that called lockgraph is; undefined where no file is on the stack but its own and Node's. */
  here(): SourceSite | undefined {
    return this.#within(FEW) ?? this.#within(MANY);
  }

  /** Looks at so many frames at most. */
  #within(limit: number): SourceSite | undefined {
    const trace = callSites(this.#reader, limit);
    for (let i = 0; i < trace.length; i++) {
      const call = trace[i]!;
      const sites = this.#sitesIn(call.getFileName());
      if (sites === undefined) continue;
      const position = call.getPosition();
      let site = sites.get(position);
      if (site === undefined) {
        const place = mapped(this.#reader, i, limit) ?? shown(`${call.getFileName()}:${call.getLineNumber()}:${call.getColumnNumber()}`);
        site = { function: call.getFunctionName() ?? '(anonymous)', place };
        sites.set(position, site);
      }
      return site;
    }
    return undefined;
  }

  #sitesIn(file: string | null | undefined): Map<number, SourceSite> | undefined {
    if (file === null || file === undefined) return undefined;
    let sites = this.#files.get(file);
    if (sites === undefined && !this.#files.has(file)) {
      sites = file.startsWith('node:') || pathOf(file).startsWith(OWN) ? undefined : new Map();
      this.#files.set(file, sites);
    }
    return sites;
  }
}

function callSites(reader: Reader, limit: number): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  Error.stackTraceLimit = limit;
  Error.prepareStackTrace = structured;
  try {
    Error.captureStackTrace(holder, reader);
    return holder.stack as NodeJS.CallSite[];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function structured(_error: Error, trace: NodeJS.CallSite[]): unknown {
  return trace;
}

/** The place of frame `i` of the stack as text: whoever loads TypeScript maps positions there, and only there. */
function mapped(reader: Reader, i: number, limit: number): string | undefined {
  const { stackTraceLimit } = Error;
  const holder: { stack?: string } = {};
  Error.stackTraceLimit = limit;
  Error.captureStackTrace(holder, reader);
  const lines = holder.stack?.split('\n').filter((line) => line.trimStart().startsWith('at ')) ?? [];
  Error.stackTraceLimit = stackTraceLimit;
  const place = LOCATION.exec(lines[i] ?? '');
  return place === null ? undefined : shown(`${place[1]}:${place[2]}:${place[3]}`);
}

function shown(place: string): string {
  const at = place.search(/:\d+:\d+$/);
  return relative(process.cwd(), pathOf(place.slice(0, at))).split(sep).join('/') + place.slice(at);
}

/** The path of a file or file URL, without the query that a loader put behind it. */
function pathOf(file: string): string {
  const plain = file.replace(/^async /, '').replace(/\?[^/]*$/, '');
  return plain.startsWith('file:') ? fileURLToPath(plain) : plain;
}
