/** What a comparison of the models with the real allocators came to. A difference is a sentence. */
export interface Tally {
  compared: number;
  equal: number;
  /** Runs that the model calls undefined where it may, with the reasons that it gave. */
  readonly undefinedOutcomes: { readonly run: string; readonly reason: string }[];
  readonly differences: string[];
}

export function emptyTally(): Tally {
  return { compared: 0, equal: 0, undefinedOutcomes: [], differences: [] };
}
