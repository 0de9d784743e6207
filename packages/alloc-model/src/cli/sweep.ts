/** `alloc-model sweep TRACE…`: how far a program gets at several settings, and what an option changed where the end moves. */
import { type Sweep, sweep } from '../lab/sweep/sweep.js';
import { sweepPlot } from '../report/sweep/plot.js';
import { sweepText } from '../report/sweep/text.js';
import { readCallLogFile } from '../trace/read.js';
import type { Output, Streams } from './output.js';
import { printResult } from './print.js';
import { parseSweep, type SweepCommand, sweepHelp } from './sweep-options.js';
import { viewFor } from './text-view.js';

/** @returns the exit code @throws UsageError, CallLogError */
export async function sweepCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const command = parseSweep(words);
  if (command === undefined) {
    stdout.write(sweepHelp);
    return 0;
  }
  const { traces, settings, output, plot } = command;
  await printResult({ inputs: traces, output }, stdout, async (outputs) => {
    const toPlot = plot === undefined ? undefined : outputs.open(plot);
    const sweeps: Sweep[] = [];
    // One log at a time is in memory.
    for (const trace of traces) sweeps.push(await sweep(await readCallLogFile(trace), settings));
    toPlot?.(sweepPlot(sweeps));
    return rendered(sweeps, command, stdout);
  });
  return 0;
}

function rendered(sweeps: readonly Sweep[], { format, output }: SweepCommand, stdout: Output): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(sweeps.flatMap(({ rows }) => rows.map(({ result }) => result)), undefined, 2)}\n`;
    case 'svg':
      return sweepPlot(sweeps);
    case 'text':
      return sweepText(sweeps, viewFor(stdout, output));
  }
}
