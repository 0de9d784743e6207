/** For tests: a run without findings, or a failure that says what was found. */
import process from 'node:process';
import type { Analysis } from '../detect/finding.js';
import { sourceLines } from './source-lines.js';
import { renderText } from './text.js';

/**
 * @param run what `Simulation.run()` gave, if it was a simulation: its schedule is told then, so that the failure can be replayed
 * @throws Error whose message is the text report, with lines of the source below the working directory, if there is any finding
 */
export function assertNoFindings(analysis: Analysis, run?: { readonly schedule: string }): void {
  if (analysis.findings.length === 0) return;
  const report = renderText(analysis, { sourceLine: sourceLines(process.cwd()) }).trimEnd();
  const error = new Error(`\n${report}${run === undefined ? '' : `\nThe same again: new Simulation({ schedule: { schedule: ${literal(run.schedule)} } })`}`);
  error.name = 'FindingsError';
  throw error;
}

/** As a string in a program; schedules have double quotes in them. */
function literal(text: string): string {
  return /['\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}
