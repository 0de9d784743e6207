/** For tests: a run without findings, or a failure that says what was found. */
import process from 'node:process';
import type { Analysis } from '../detect/finding.js';
import { sourceLines } from './source-lines.js';
import { renderText } from './text.js';

/** @throws Error whose message is the text report, with lines of the source below the working directory, if there is any finding */
export function assertNoFindings(analysis: Analysis): void {
  if (analysis.findings.length === 0) return;
  const error = new Error(`\n${renderText(analysis, { sourceLine: sourceLines(process.cwd()) }).trimEnd()}`);
  error.name = 'FindingsError';
  throw error;
}
