export { Abort, type Address, type Allocator, NotModelled, type ThreadCaches, UndefinedBehaviour } from './allocator.js';
export { type AllocatorName, allocatorNames, type AllocatorOptions, createAllocator, DEFAULT_ALLOCATOR } from './lab/replay/allocators.js';
export { captureScript, type CaptureSettings } from './capture/script.js';
export { checkLog, LogCheck } from './lab/check/check.js';
export type {
  Bounded,
  CheckedBlock,
  CheckedCall,
  CheckResult,
  ClassPair,
  ClassTotal,
  DoubleFree,
  ReusedId,
  SizedFree,
  UnknownBlock,
  VersionTotal,
  WrongFree,
  ZeroSize,
} from './lab/check/check-result.js';
export type { Version } from './lab/check/classes.js';
export { compare } from './lab/compare/compare.js';
export type { Cause, ComparedRun, CompareResult, MetClaim, Parting, RefusedRun, ShownBy } from './lab/compare/compare-result.js';
export type { LockDifference } from './lab/replay/lock-difference.js';
export { LockEventWriter } from './lab/replay/lock-events.js';
export type { LockStep } from './lab/replay/lock-record.js';
export { minimize, type Minimized, type MinimizedFacts, type MinimizeOptions, NothingShown } from './lab/minimize/minimize.js';
export { type Outcome, type Replay, replay, type ReplayOptions, type ReplayResult } from './lab/replay/replay.js';
export type { ConfusedClasses } from './lab/minimize/blame.js';
export type { Signature } from './lab/minimize/signature.js';
export type { BlockOrder } from './lab/sweep/block-order.js';
export type { BetweenLimits } from './lab/sweep/cached-sizes.js';
export type { Flush, FlushTrigger } from './lab/sweep/flushes.js';
export type { LostLock } from './lab/sweep/lost-lock.js';
export { type MovedOption, type Sweep, sweep, type SweepMove, type SweepRow, type SweepSetting } from './lab/sweep/sweep.js';
export type { LoneFlush, OtherAtLoss, Side, WhatMoved } from './lab/sweep/what-moved.js';
export type { CallAt } from './trace/call-at.js';
export { CallKind, type CallLog, callNames } from './trace/call-log.js';
export { CallLogBuilder } from './trace/call-log-builder.js';
export { CallLogError } from './trace/call-log-error.js';
export type { CallSink } from './trace/call-sink.js';
export { emitC } from './trace/emit-c.js';
export type { EmitCOptions } from './trace/emit-c-header.js';
export { type Imported, importGdbLog } from './trace/read-gdb.js';
export type { ImportNote, ImportSummary, Met } from './trace/import-summary.js';
export { readCallLog, readCallLogFile, readCallsFile } from './trace/read.js';
export { selectCalls, type Selection } from './trace/select.js';
export { unsized } from './trace/unsized.js';
export { callLine, callLogText } from './trace/write.js';
