/** What the real allocators did: `test/fixtures/alloc`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../fixtures/alloc/', import.meta.url));

/** A run of a real allocator: how it ended. */
export interface RealRun {
  readonly trace: string;
  /** By the model's name for it. */
  readonly allocator: string;
  /** Undefined: not set, so the default. */
  readonly lgTcacheMax: number | undefined;
  readonly outcome: string;
  /** The call at which it stopped; the last one if ok. */
  readonly call: number;
  readonly calls: number;
  readonly mutex: string | undefined;
  /** What it printed before it aborted: the first 200 characters. */
  readonly message: string | undefined;
}

/** A lock or unlock that the real allocator made. */
export interface RealLockEvent {
  readonly op: number;
  readonly thr: number;
  readonly ev: string;
  readonly mutex: string;
}

/** The lock events of one run. */
export interface RealLockEvents {
  readonly trace: string;
  readonly lgTcacheMax: number;
  readonly events: readonly RealLockEvent[];
}

/** Overlaps of one run with default settings. */
export interface RealOverlap {
  readonly trace: string;
  readonly allocator: string;
  readonly outcome: string;
  /** The call at which it stopped; the last one if ok. */
  readonly call: number;
  readonly firstOverlap: number | undefined;
}

/** The file of a call log. */
export function tracePath(trace: string): string {
  return `${folder}traces/${trace}.trace`;
}

/** @param allocator by the model's name */
export function realRuns(allocator: string): RealRun[] {
  const runs = rows('results.tsv').map(([trace, name, lg, outcome, call, calls, mutex, message]) => ({
    trace: trace!,
    allocator: modelled(name!),
    lgTcacheMax: lg === 'default' ? undefined : Number(lg),
    outcome: outcome!,
    call: Number(call),
    calls: Number(calls),
    mutex: mutex === '-' ? undefined : mutex,
    message: message === '' ? undefined : message!.trimEnd(),
  }));
  return runs.filter((run) => run.allocator === allocator);
}

/** @param allocator by the model's name */
export function realOverlaps(allocator: string): RealOverlap[] {
  const runs = rows('overlaps.tsv').map(([trace, name, outcome, call, first]) => ({
    trace: trace!,
    allocator: modelled(name!),
    outcome: outcome!,
    call: Number(call),
    firstOverlap: first === 'None' ? undefined : Number(first),
  }));
  return runs.filter((run) => run.allocator === allocator);
}

/** The sizes of jemalloc's classes, rising; the same in all versions. */
export function sizeClasses(): number[] {
  return rows('sizeclasses.tsv').flatMap(([version, , , size]) => (version === '4.5.0' ? [Number(size)] : []));
}

/** The model's name for what the files call `name`. */
function modelled(name: string): string {
  if (name.endsWith('glibc')) return 'system';
  return name.replace(/^jemalloc-(\d)(\d)(\d)$/, 'jemalloc-$1.$2.$3');
}

/** One file after the other: together they are some megabytes. */
export function* realLockEvents(): Iterable<RealLockEvents> {
  for (const file of readdirSync(`${folder}lockevents`).toSorted()) {
    const [, trace, lg] = /^(.+)\.lg(\d+)\.jsonl\.gz$/.exec(file)!;
    const text = gunzipSync(readFileSync(`${folder}lockevents/${file}`)).toString();
    const events = text.trimEnd().split('\n').map((line) => JSON.parse(line) as RealLockEvent);
    yield { trace: trace!, lgTcacheMax: Number(lg), events };
  }
}

function rows(file: string): string[][] {
  const lines = readFileSync(folder + file, 'utf8').split('\n').filter((line) => line !== '');
  return lines.slice(1).map((line) => line.split('\t'));
}
