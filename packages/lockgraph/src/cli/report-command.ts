/** `lockgraph report`: traces in, what they say out. */
import { renderJson } from '../report/json.js';
import { failsAt } from '../report/level.js';
import { plainStyle, styleFor } from '../report/style.js';
import { renderText } from '../report/text.js';
import type { Analysis } from '../detect/finding.js';
import { suppress } from '../detect/suppressions.js';
import { isSameFile } from '../trace/same-file.js';
import { analyse } from './analyse.js';
import { parseReport, reportHelp } from './report-options.js';
import type { ReportOptions } from './report-options.js';
import { sourceLines } from '../report/source-lines.js';
import type { Streams } from './streams.js';
import { readSuppressions } from './suppression-file.js';
import { UsageError } from './usage-error.js';
import { writeWholeFile } from './whole-file.js';

/** @returns the exit code. Nothing is printed before all traces are read. */
export async function reportCommand(words: readonly string[], streams: Streams): Promise<number> {
  const options = parseReport(words);
  if (options === undefined) {
    streams.stdout.write(reportHelp);
    return 0;
  }
  refuseInputAsOutput(options, streams);
  const rules = options.suppress.flatMap(readSuppressions);
  const analyses: Analysis[] = [];
  for (const trace of options.traces) analyses.push(suppress(await analyse(trace, streams, options), rules));
  const report = options.format === 'json' ? renderJson(analyses) : text(analyses, options, streams);
  if (options.output === undefined) streams.stdout.write(report);
  else writeWholeFile(options.output, report);
  return analyses.some((analysis) => failsAt(analysis, options.failOn)) ? 1 : 0;
}

/** @throws UsageError if the report would replace a trace, or rules */
function refuseInputAsOutput({ traces, suppress: rules, output }: ReportOptions, { stdin }: Streams): void {
  if (output === undefined) return;
  if (rules.some((file) => isSameFile(output, file))) {
    throw new UsageError(`${output} is a FILE of suppressions, and -o would replace it; give the report another name`);
  }
  for (const trace of traces) {
    const input = trace === '-' ? stdin.fd : trace;
    if (input === undefined || !isSameFile(output, input)) continue;
    throw new UsageError(`${output} is a TRACE to read, and -o would replace it; give the report another name`);
  }
}

function text(analyses: readonly Analysis[], { output, verbose }: ReportOptions, { stdout, environment, directory }: Streams): string {
  const style = output === undefined ? styleFor(stdout, environment) : plainStyle;
  const width = output === undefined ? stdout.columns : undefined;
  const sourceLine = sourceLines(directory);
  return analyses.map((analysis) => renderText(analysis, { verbose, style, sourceLine, ...(width === undefined ? {} : { width }) })).join('\n');
}
