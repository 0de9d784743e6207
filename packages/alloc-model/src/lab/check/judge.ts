import { classOf, NO_CLASS, type Request, type Version, versions } from './classes.js';

/** What the log alone tells of a claim. */
export interface Verdict {
  /** The versions for which it is wrong, wherever the block lies. */
  readonly wrongFor: readonly Version[];
  /** Whether it depends on the block's address if 4.5.0 takes it for wrong. */
  readonly doubtful: boolean;
}

const FINE: Verdict = { wrongFor: [], doubtful: false };

/**
 * Compares a claim with its block. A claim of 0 bytes is not judged, nor is a block that a version has no class for.
 * @param inPlaceClass the class that the block may have in 4.5.0 instead of that of `block`; {@link NO_CLASS}: none
 */
export function judge(block: Request, inPlaceClass: number, claim: Request): Verdict {
  if (claim.asked === 0 || (claim.asked === block.asked && claim.alignment === block.alignment && inPlaceClass === NO_CLASS)) return FINE;
  let doubtful = false;
  const wrongFor = versions.filter((version) => {
    const trueClass = classOf(version, block);
    if (trueClass === NO_CLASS) return false;
    const claimed = classOf(version, claim);
    if (version === '4.5.0' && inPlaceClass !== NO_CLASS && (claimed === trueClass || claimed === inPlaceClass)) {
      doubtful = true;
      return false;
    }
    return claimed !== trueClass;
  });
  return { wrongFor, doubtful };
}
