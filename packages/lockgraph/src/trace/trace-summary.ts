/** What reading a trace came to. */
export interface TraceSummary {
  /** Name of the format, as `JSONL`. */
  readonly format: string;
  /** What made the trace, if it says so. */
  readonly generator: string | undefined;
  /** Number of the last event. */
  readonly events: number;
  /** Events up to that one that the trace does not have. */
  readonly dropped: number;
  /** The trace stops before its end: it was read up to its last line, or block, that is whole. */
  readonly cutOff: boolean;
  /** Why, where that is known: its gzip data ends too early, so that nobody has checked it as a whole; or a block of the binary format is damaged. */
  readonly cause?: 'gzip' | 'damage';
  /** Bytes behind that, which were not read, and how many come before them, unpacked. */
  readonly unreadBytes: number;
  readonly unreadFrom?: number;
  /** Nothing is missing: neither dropped nor cut off. */
  readonly complete: boolean;
  /**
   * Whether the trace has every access of the memory through which its threads speak. If not, no order of its events but the one that it has
   * is known to be possible.
   */
  readonly accessesRecorded: boolean;
  /** Lines that a lenient reader left out, for they do not parse, and the number of the first; 0, or absent: none. */
  readonly skipped?: number;
  readonly firstSkipped?: number;
  /** STD, which has no end, and whose last line was read: it has no newline, so that more may have been to come. */
  readonly unended?: boolean;
}

/** Reads a trace of one format, piece by piece. */
export interface TraceParser {
  /** @throws TraceError */
  push(chunk: Uint8Array): void;
  /**
   * Nothing follows.
   * @param isCut that something should have
   * @throws TraceError
   */
  finish(isCut: boolean): TraceSummary;
}
