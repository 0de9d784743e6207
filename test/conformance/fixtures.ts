/** What the real jemalloc 4.5.0 did: `test/fixtures/alloc`. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../fixtures/alloc/', import.meta.url));

/** A run of the real allocator: how it ended. */
export interface RealRun {
  readonly trace: string;
  /** Undefined: not set, so the default. */
  readonly lgTcacheMax: number | undefined;
  readonly outcome: string;
  /** The call at which it stopped; the last one if ok. */
  readonly call: number;
  readonly calls: number;
  readonly mutex: string | undefined;
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
  readonly firstOverlap: number | undefined;
}

/** The file of a call log. */
export function tracePath(trace: string): string {
  return `${folder}traces/${trace}.trace`;
}

export function realRuns(): RealRun[] {
  return rows('results.tsv').map(([trace, , lg, outcome, call, calls, mutex]) => ({
    trace: trace!,
    lgTcacheMax: lg === 'default' ? undefined : Number(lg),
    outcome: outcome!,
    call: Number(call),
    calls: Number(calls),
    mutex: mutex === '-' ? undefined : mutex,
  }));
}

export function realOverlaps(): RealOverlap[] {
  return rows('overlaps.tsv').map(([trace, , , , first]) => ({
    trace: trace!,
    firstOverlap: first === 'None' ? undefined : Number(first),
  }));
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
  const lines = readFileSync(folder + file, 'utf8').trimEnd().split('\n');
  return lines.slice(1).map((line) => line.split('\t'));
}
