/**
 * Keeps findings out of an analysis that somebody has looked at and holds to be no bugs. What only could happen, or breaks a declared order, can be
 * kept out; what stands still, and misuse, never: that happened.
 * Cost: O(rules × findings × places of a finding), and nothing without rules.
 */
import type { Analysis, Finding, HistoryEntry, Place, SuppressionUse } from './finding.js';
import { checkSuppressions } from './suppression.js';
import type { Suppression } from './suppression.js';
import { wildcard } from './wildcard.js';

/**
 * The analysis without the findings that a rule matches, and with how many each rule matched: 0 is a rule that may go. A finding counts for
 * each rule that matches it, also where rules come one after the other, in several calls. A pure function.
 * @throws TypeError if a rule is not what it should be, as one without a reason
 */
export function suppress(analysis: Analysis, rules: readonly Suppression[]): Analysis {
  const checked = checkSuppressions(rules, 'suppressions');
  if (checked.length === 0) return analysis;
  const matchers = checked.map(matcher);
  const isKeptOut = (finding: Finding): boolean => isSuppressible(finding) && matchers.some((matches) => matches(finding));
  const suppressed = [...(analysis.suppressed ?? []), ...analysis.findings.filter(isKeptOut)];
  const happened = analysis.findings.filter((finding) => !isSuppressible(finding));
  const uses = checked.map((rule, i) => useOf(rule, countOf(suppressed, matchers[i]!), countOf(happened, matchers[i]!)));
  return {
    ...analysis,
    findings: analysis.findings.filter((finding) => !isKeptOut(finding)),
    suppressed,
    suppressions: [...(analysis.suppressions ?? []), ...uses],
  };
}

function countOf(findings: readonly Finding[], matches: (finding: Finding) => boolean): number {
  return findings.reduce((count, finding) => (matches(finding) ? count + 1 : count), 0);
}

/** Whether a rule may keep a finding out. */
function isSuppressible({ kind, evidence }: Finding): boolean {
  return kind === 'rank-violation' || ((kind === 'lock-order' || kind === 'deadlock') && evidence !== 'observed');
}

function useOf(rule: Suppression, matched: number, overruled: number): SuppressionUse {
  const use = { reason: rule.reason, matched, ...(overruled === 0 ? undefined : { overruled }) };
  return rule.site === undefined ? { locks: rule.locks, ...use } : { site: rule.site, ...use };
}

function matcher(rule: Suppression): (finding: Finding) => boolean {
  if (rule.site !== undefined) {
    const isSite = wildcard(rule.site);
    return (finding) => placesOf(finding).some(({ site, stack = [] }) => (site !== undefined && isSite(site)) || stack.some(isSite));
  }
  const [isOne, isOther] = [wildcard(rule.locks[0]), wildcard(rule.locks[1])];
  return (finding) => pairsOf(finding).some(([wants, holds]) => (isOne(wants) && isOther(holds)) || (isOther(wants) && isOne(holds)));
}

/** The locks of which one is wanted while the other is held. */
function pairsOf({ kind, cycle, locks }: Finding): (readonly [string, string])[] {
  if (kind === 'rank-violation') return locks.length < 2 ? [] : [[locks[0]!, locks[1]!]];
  return cycle.flatMap(({ mode, wants, holds }) => (mode === 'join' || holds === undefined ? [] : [[wants, holds] as const]));
}

/** Where the locks were taken and wanted. */
function placesOf({ kind, cycle, locks, history }: Finding): Place[] {
  if (kind === 'rank-violation') return history.filter((entry) => breaksOrder(entry) || (entry.what === 'acquire' && entry.lock === locks[1]));
  return cycle.flatMap(({ requestedAt, acquiredAt }) => (acquiredAt === undefined ? [requestedAt] : [requestedAt, acquiredAt]));
}

function breaksOrder({ misuse }: HistoryEntry): boolean {
  return misuse === 'rank-violation';
}
