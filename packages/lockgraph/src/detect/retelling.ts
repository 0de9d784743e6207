/**
 * Findings that more threads come to share: told anew at once for the first of these, and for later ones at the end of the run, as it is then. So a crowd
 * that waits for one lock costs no pass over the log for each of its threads.
 */
import type { Finding } from './finding.js';
import type { FindingIndex, Findings } from './findings.js';
import type { Standing } from './standing.js';

/** How often a finding is told anew at once. */
const AT_ONCE = 16;
/** Findings that are told anew at the end, at most: each costs a pass over the log. */
const AT_END = 200;

export class Retelling {
  readonly #findings: Findings;
  readonly #standing: Standing;
  readonly #retold = new Map<FindingIndex, number>();
  /** Findings that were told of an earlier time, or of other threads, and how they are told now. */
  readonly #stale = new Map<FindingIndex, () => Finding>();

  constructor(findings: Findings, standing: Standing) {
    this.#findings = findings;
    this.#standing = standing;
  }

  /** Another thread shares the finding. @param tell how it is told by then */
  joined(finding: FindingIndex, tell: () => Finding): void {
    const retold = this.#retold.get(finding) ?? 0;
    if (retold < AT_ONCE) this.#findings.replace(finding, tell());
    this.#retold.set(finding, retold + 1);
    this.atEnd(finding, tell);
  }

  /** Tells it anew at the end of the run, if it stands then. */
  atEnd(finding: FindingIndex, tell: () => Finding): void {
    this.#stale.set(finding, tell);
  }

  /** The run is over: what stands now is told as it is now. */
  finish(): void {
    let retold = 0;
    for (const [finding, tell] of this.#stale) {
      if (!this.#standing.has(finding)) continue;
      if (++retold > AT_END) break;
      this.#findings.replace(finding, tell());
    }
    this.#stale.clear();
  }
}
