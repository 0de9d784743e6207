export { type Address, type Allocator, NotModelled, UndefinedBehaviour } from './allocator.js';
export { type AllocatorName, allocatorNames, type AllocatorOptions, createAllocator } from './lab/allocators.js';
export { LockEventWriter } from './lab/lock-events.js';
export { type Outcome, type Replay, replay, type ReplayOptions, type ReplayResult } from './lab/replay.js';
export { CallKind, type CallLog, callNames } from './trace/call-log.js';
export { CallLogBuilder } from './trace/call-log-builder.js';
export { CallLogError } from './trace/call-log-error.js';
export { readCallLog, readCallLogFile } from './trace/read.js';
export { callLine, callLogText } from './trace/write.js';
