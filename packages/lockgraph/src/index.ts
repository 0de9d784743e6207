export { EventKind, Mode } from './trace/event.js';
export type { CallId, EventSink, LockId, Note, NoteValue, OperationNumber, ThreadId } from './trace/event.js';
export { CallTree } from './trace/call-tree.js';
export type { FrameId } from './trace/call-tree.js';
export { AtomicFile, discardOpenFiles } from './trace/atomic-file.js';
export { loggedFunctions, parseLoggedLine } from './trace/gdb-log-line.js';
export type {
  CallArgument,
  LoggedCall,
  LoggedDamage,
  LoggedExit,
  LoggedFunction,
  LoggedLine,
  LoggedLock,
  LoggedReturn,
  LoggedStop,
} from './trace/gdb-log-line.js';
export { LoggedLineReader } from './trace/gdb-log-lines.js';
export type { LoggedLines } from './trace/gdb-log-lines.js';
export { beginsAsGdbLog, GDB_LOG_START } from './trace/gdb-log-start.js';
export type { Interner } from './trace/interner.js';
export { isSameFile } from './trace/same-file.js';
export { JsonlWriter, writeLog } from './trace/jsonl-writer.js';
export { readTrace, traceFile } from './trace/open.js';
export type { ReadOptions, TraceSource } from './trace/open.js';
export { BinaryWriter } from './trace/binary-writer.js';
export { EventStore } from './trace/event-store.js';
export { decodeStdName, encodeStdName } from './trace/std-names.js';
export { StdWriter } from './trace/std-writer.js';
export { isGzip, peek } from './trace/peek.js';
export { TraceError } from './trace/trace-error.js';
export type { TraceSummary } from './trace/trace-summary.js';
export { Recorder } from './trace/recorder.js';
export type { RecorderOptions } from './trace/recorder.js';
export type { EventLog, OperationBegin, TracePosition } from './trace/event-log.js';
export { Registry } from './trace/registry.js';
export type { LockInfo, LockKind, OperationInfo, UnlockPolicy } from './trace/registry.js';

export { analyseKnowledge } from './detect/known-order.js';
export type { ClassUse, Example, HoldMode, Knowledge, KnownPattern, Nesting, Profile, Spot } from './detect/knowledge/knowledge.js';
export { mergeKnowledge } from './detect/knowledge/merge.js';
export { readKnowledge } from './detect/knowledge/read.js';
export { knowledgeText } from './detect/knowledge/write.js';
export type { Suppression } from './detect/suppression.js';
export { suppress } from './detect/suppressions.js';
export { analyseTrace } from './detect/trace-analysis.js';
export type { TraceAnalysisOptions } from './detect/trace-analysis.js';
export { Monitor } from './detect/monitor.js';
export type { MonitorOptions } from './detect/monitor.js';
export type {
  Analysis,
  DeadlockKind,
  Evidence,
  Finding,
  FindingKind,
  HeldAs,
  HistoryEntry,
  HistoryNote,
  MisuseKind,
  ObservedOnly,
  OrderKind,
  Place,
  RefutationReason,
  RefutedPattern,
  ScheduleRun,
  SearchLimits,
  SharedMode,
  Source,
  SuppressionUse,
  TraceCut,
  Unproved,
  WaitMode,
  Waiter,
} from './detect/finding.js';

export type { Resource, Thread } from './threads/thread.js';
export { Simulation } from './threads/simulation.js';
export type { RunResult, SimulationOptions } from './threads/simulation.js';
export type { SchedulePolicy } from './threads/policy.js';
export type { SimulatedThread, ThreadBody } from './threads/simulated-thread.js';
export { ScheduleError, SimulationError } from './threads/simulation-error.js';

export { creationSite } from './sync/lock-class.js';
export type { LockClass } from './sync/lock-class.js';
export { Mutex } from './sync/mutex.js';
export type { Hold } from './sync/mutex.js';
export type { MutexOptions } from './sync/mutex-options.js';
export { Condition } from './sync/condition.js';
export type { ConditionOptions } from './sync/condition.js';
export { LockUsageError } from './sync/lock-usage-error.js';

export { assertNoFindings } from './report/assert.js';
export { describe } from './report/describe.js';
export { escapeName, escapeText } from './report/escape.js';
export { renderJson, toJson } from './report/json.js';
export type { JsonFinding, JsonReport } from './report/json.js';
export { failsAt, isLevel, levels } from './report/level.js';
export type { Level } from './report/level.js';
export { sourceLines } from './report/source-lines.js';
export { plainStyle, styleFor } from './report/style.js';
export type { Style } from './report/style.js';
export { renderText } from './report/text.js';
export type { TextOptions } from './report/text.js';
