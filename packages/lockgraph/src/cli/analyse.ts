/** What a file says: a trace, or the merged knowledge of many runs. What is missing in it is said on standard error. */
import type { Analysis } from '../detect/finding.js';
import { peekKnowledge, readKnowledge } from '../detect/knowledge/read.js';
import { analyseKnowledge } from '../detect/known-order.js';
import { analyseTrace } from '../detect/trace-analysis.js';
import { escapeText } from '../report/escape.js';
import { traceFile } from '../trace/open.js';
import type { TraceSummary } from '../trace/trace-summary.js';
import { InputError, inputError } from './input-error.js';
import type { Streams } from './streams.js';
import { traceRemarks } from './trace-remarks.js';

interface AnalysisOptions {
  readonly maxCycle: number;
  readonly lenient: boolean;
}

/**
 * @param trace a path, or `-` for standard input: a trace, or knowledge
 * @param options.maxCycle threads of a cycle that did not happen, at most
 * @param options.lenient whether lines of an STD trace that do not parse are skipped
 * @throws TraceError or InputError if it cannot be read
 */
export async function analyse(trace: string, { stdin, stderr }: Streams, options: AnalysisOptions): Promise<Analysis> {
  const name = trace === '-' ? 'standard input' : trace;
  try {
    const { isKnowledge, source } = await peekKnowledge(trace === '-' ? { name: trace, chunks: stdin } : traceFile(trace));
    if (isKnowledge) return analyseKnowledge(await readKnowledge(source), name, options.maxCycle);
    const onRead = (summary: TraceSummary): void => {
      if (isUnreadable(summary)) throw new InputError(`${trace}: no event of it could be read, for it is damaged; copy it again, or record the run anew`);
      for (const line of traceRemarks(name, summary)) stderr.write(`lockgraph: ${escapeText(line)}\n`);
    };
    return await analyseTrace(source, { name, ...options, onRead });
  } catch (error) {
    throw inputError(trace, error);
  }
}

/** A report of nothing would pass for one of a run that went well. */
function isUnreadable({ cause, events, dropped }: TraceSummary): boolean {
  return cause !== undefined && events - dropped === 0;
}
