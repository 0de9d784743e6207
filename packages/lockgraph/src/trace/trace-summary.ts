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
  /** The trace stops before its end was written: it was read up to the last whole line. */
  readonly cutOff: boolean;
  /** Bytes of a half last line, which were not read. */
  readonly unreadBytes: number;
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
}

/** Reads a trace of one format, piece by piece. */
export interface TraceParser {
  /** @throws TraceError */
  push(chunk: Uint8Array): void;
  /** Nothing follows. @throws TraceError */
  finish(): TraceSummary;
}
