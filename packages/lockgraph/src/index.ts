export { EventKind, Mode } from './trace/event.js';
export type { CallId, EventSink, LockId, Note, NoteValue, OperationNumber, ThreadId } from './trace/event.js';
export { CallTree } from './trace/call-tree.js';
export type { FrameId } from './trace/call-tree.js';
export { Registry } from './trace/registry.js';
export type { LockInfo, LockKind, OperationInfo, UnlockPolicy } from './trace/registry.js';

export { Monitor } from './detect/monitor.js';
export type { MonitorOptions } from './detect/monitor.js';
export type {
  Analysis,
  DeadlockKind,
  Evidence,
  Finding,
  FindingKind,
  HistoryEntry,
  HistoryNote,
  MisuseKind,
  Place,
  Source,
  WaitMode,
  Waiter,
} from './detect/finding.js';

export type { Resource, Thread } from './threads/thread.js';
export { Simulation } from './threads/simulation.js';
export type { RunResult, SimulationOptions } from './threads/simulation.js';
export type { SchedulePolicy } from './threads/policy.js';
export type { SimulatedThread, ThreadBody } from './threads/simulated-thread.js';
export { ScheduleError, SimulationError } from './threads/simulation-error.js';

export { Mutex } from './sync/mutex.js';
export type { Hold } from './sync/mutex.js';
export type { MutexOptions } from './sync/mutex-options.js';
export { LockUsageError } from './sync/lock-usage-error.js';
