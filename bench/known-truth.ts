/** Compares a report with what was planted in its trace: a bench of a tool that finds the wrong things would measure nothing. */
import type { JsonFinding, JsonReport } from 'lockgraph';
import { type Kind, kinds, type Planted } from './planted-patterns.js';

/** What a pattern of a kind is found as; `refuted` counts, and is no finding. */
const truth: Readonly<Record<Kind, { readonly findings: readonly JsonFinding['evidence'][]; readonly refuted?: keyof JsonReport['refuted'] }>> = {
  syncPreserving: { findings: ['proved'] },
  threeCycle: { findings: ['proved'] },
  // The search for their proofs is bounded.
  reversed: { findings: ['proved', 'possible'] },
  joinCycle: { findings: ['proved', 'possible'] },
  blocked: { findings: ['possible'] },
  gate: { findings: [], refuted: 'gate-lock' },
  ordered: { findings: [], refuted: 'ordered' },
  sameThread: { findings: [], refuted: 'same-thread' },
};

/**
 * @returns how many are proved
 * @throws Error that says what is missing, too much, or of the wrong evidence
 */
export function checkTruth({ findings, refuted }: JsonReport, planted: Planted): number {
  const wrong: string[] = [];
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const name = finding.locks[0]?.split('.', 1)[0] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const kind = kinds.find((each) => name.startsWith(each));
    if (kind === undefined || !truth[kind].findings.includes(finding.evidence)) wrong.push(`${finding.evidence} ${finding.kind} of ${finding.locks.join(', ')}`);
  }
  for (const kind of kinds) {
    const reason = truth[kind].refuted;
    if (reason !== undefined && refuted[reason] !== planted[kind] && planted[kind] > 0) wrong.push(`${refuted[reason] ?? 0} refuted as ${reason}, not ${planted[kind]}`);
    if (reason !== undefined) continue;
    for (let index = 0; index < planted[kind]; index++) {
      const found = counts.get(`${kind}${index}`) ?? 0;
      if (found !== 1) wrong.push(`${kind}${index} is found ${found} times`);
    }
  }
  if (wrong.length > 0) throw new Error(`the report says other things than the trace holds:\n  ${wrong.slice(0, 20).join('\n  ')}`);
  return findings.filter(({ evidence }) => evidence === 'proved').length;
}
