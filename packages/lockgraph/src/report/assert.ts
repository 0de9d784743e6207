/** For tests: a run without findings, or a failure that says what was found. */
import type { Analysis } from '../detect/finding.js';
import { renderText } from './text.js';

/** @throws Error whose message is the text report, if there is any finding */
export function assertNoFindings(analysis: Analysis): void {
  if (analysis.findings.length === 0) return;
  const error = new Error(`\n${renderText(analysis).trimEnd()}`);
  error.name = 'FindingsError';
  throw error;
}
