/** Which findings make a check fail: `--fail-on LEVEL`. */
import type { Analysis, Evidence } from '../detect/finding.js';

/**
 * The weakest evidence that counts. `observed`: only what happened; `proved`: and what a schedule is given for; `possible`: every finding;
 * `never`: none. Misuse and notes happened, so they are `observed`.
 */
export type Level = Evidence | 'never';

/** Strictest check last but one, none last. */
export const levels: readonly Level[] = ['observed', 'proved', 'possible', 'never'];

const counts: Record<Level, readonly Evidence[]> = {
  observed: ['observed'],
  proved: ['observed', 'proved'],
  possible: ['observed', 'proved', 'possible'],
  never: [],
};

/** Whether a text names a level. */
export function isLevel(text: string): text is Level {
  return (levels as readonly string[]).includes(text);
}

/** Whether the analysis has a finding at or above `level`. */
export function failsAt(analysis: Analysis, level: Level): boolean {
  return analysis.findings.some((finding) => counts[level].includes(finding.evidence));
}
