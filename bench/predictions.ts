/** How long `lockgraph report` takes for traces with many events, threads and patterns, against a scan of their bytes; and in what memory. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonReport } from 'lockgraph';
import { buildLockgraph, type Built, byteScan, type Run } from './child.js';
import { checkTruth } from './known-truth.js';
import { type Curve, plot } from './plot.js';
import { median } from './measure.js';
import { type Planted, plantedAlike } from './planted-patterns.js';
import { type TraceShape, writeStdTrace } from './trace-generator.js';

/** Times the scan, at most; the aim; most MiB; and how often faster the binary form is read, at least. */
const LIMITS = { scans: 4, aim: 3, mebibytes: 300, binary: 3 };
const LARGE = 10_000_000;
const HUGE = 100_000_000;
const MANY = { threads: 200, patterns: 77, events: 1_000_000 };

export interface PredictionOptions {
  /** Also a trace of {@link HUGE} events: minutes, and gigabytes on disk. */
  readonly huge: boolean;
  /** Where to draw the curves, as SVG. */
  readonly plot: string | undefined;
}

/** Lines to print. @throws Error if a report says other things than were planted */
export function* predictionLines(options: PredictionOptions): Iterable<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lockgraph-bench-'));
  try {
    const lockgraph = buildLockgraph(folder);
    yield* large(lockgraph, folder, LARGE, 5);
    if (options.huge) yield* large(lockgraph, folder, HUGE, 1);
    const curves: Curve[] = [];
    for (const { name, shapes } of sweeps) {
      yield `\n  ${name.padStart(10)} ${HEADER}`;
      const points: { x: number; y: number }[] = [];
      for (const [x, shape] of shapes) {
        const measured = measure(lockgraph, folder, shape);
        points.push({ x, y: measured.report.seconds });
        yield `  ${x.toLocaleString('en-US').padStart(10)} ${row(measured)}`;
      }
      curves.push({ name, points });
    }
    if (options.plot !== undefined) writeFileSync(options.plot, plot('Seconds of lockgraph report', curves));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sweeps: readonly { readonly name: string; readonly shapes: readonly (readonly [number, TraceShape])[] }[] = [
  { name: 'events', shapes: [100_000, 1_000_000, LARGE].map((events) => [events, { events }]) },
  { name: 'threads', shapes: [4, 16, 64, MANY.threads].map((threads) => [threads, { events: MANY.events, threads }]) },
  {
    name: 'patterns',
    shapes: [0, 8, 24, 48, MANY.patterns].map((patterns) => [patterns, { events: MANY.events, threads: MANY.threads, planted: plantedAlike(patterns), instances: 10 }]),
  },
];

interface Measured {
  readonly scan: number;
  readonly report: Run;
  readonly proved: number;
}

const HEADER = '  scan, s  report, s  ratio    MiB  proved';

function row({ scan, report, proved }: Measured): string {
  const { seconds, mebibytes } = report;
  return `${scan.toFixed(2).padStart(9)} ${seconds.toFixed(2).padStart(10)} ${(seconds / scan).toFixed(1).padStart(6)} ${mebibytes.toFixed(0).padStart(6)} ${String(proved).padStart(7)}`;
}

function measure(lockgraph: Built, folder: string, shape: TraceShape): Measured {
  const trace = join(folder, 'trace.std');
  const planted = writeStdTrace(trace, shape);
  const { seconds: scan } = byteScan(trace);
  return { scan, ...reportOf(lockgraph, trace, planted) };
}

function reportOf(lockgraph: Built, trace: string, planted: Planted): { report: Run; proved: number } {
  const output = `${trace}.json`;
  const report = lockgraph.command('report', '--format', 'json', '-o', output, trace);
  return { report, proved: checkTruth(JSON.parse(readFileSync(output, 'utf8')) as JsonReport, planted) };
}

/** The same trace as STD and in the binary form, which take turns with the scan; medians. */
function* large(lockgraph: Built, folder: string, events: number, rounds: number): Iterable<string> {
  const std = join(folder, 'large.std');
  const binary = join(folder, 'large.lgb');
  const planted = writeStdTrace(std, { events });
  const convert = lockgraph.command('convert', std, '-o', binary);
  const bytes = statSync(binary).size / events;
  const turns = Array.from({ length: rounds }, () => {
    const { seconds: scan } = byteScan(std);
    const reading = { text: lockgraph.reading(std).seconds, binary: lockgraph.reading(binary).seconds };
    return { text: { scan, ...reportOf(lockgraph, std, planted) }, binary: { scan, ...reportOf(lockgraph, binary, planted) }, reading };
  });
  rmSync(std);
  rmSync(binary);
  const faster = median(turns.map((turn) => turn.text.report.seconds / turn.binary.report.seconds));
  const readFaster = median(turns.map(({ reading }) => reading.text / reading.binary));
  const seconds = (of: 'text' | 'binary'): string => median(turns.map(({ reading }) => reading[of])).toFixed(2);
  yield `\nReports of ${events.toLocaleString('en-US')} events of 16 threads`;
  yield `              ${HEADER}`;
  yield `  STD         ${medianRow(turns.map(({ text }) => text))}   (at most ${LIMITS.scans} scans, the aim is ${LIMITS.aim}; at most ${LIMITS.mebibytes} MiB)`;
  yield `  binary      ${medianRow(turns.map((turn) => turn.binary))}   ${faster.toFixed(1)} times faster; ${bytes.toFixed(1)} bytes an event, converted in ${convert.seconds.toFixed(1)} s`;
  yield `  reading alone: STD ${seconds('text')} s, binary ${seconds('binary')} s, ${readFaster.toFixed(1)} times faster (at least ${LIMITS.binary})`;
}

/** The row of the turn whose ratio is the median: what slows a whole turn down cancels out. */
function medianRow(turns: readonly Measured[]): string {
  const ratio = ({ scan, report }: Measured): number => report.seconds / scan;
  const middle = median(turns.map(ratio));
  return row(turns.find((turn) => ratio(turn) === middle)!);
}
