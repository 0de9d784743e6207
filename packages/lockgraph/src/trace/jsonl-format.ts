/** The words of the JSONL trace format, for its writer and its reader; docs/trace-format.md describes it. */
import { EventKind, Mode } from './event.js';

export const JSONL_VERSION = 1;

/** What happened, by code. */
export const KIND_NAMES: readonly string[] = namesByCode(EventKind);

/** How, by code. */
export const MODE_NAMES: readonly string[] = namesByCode(Mode);

/** What the object of an event is. A request or a cancel with mode `join` has a thread for its object. */
export const OBJECTS: Readonly<Record<EventKind, 'lock' | 'thread' | 'variable' | 'operation' | 'none'>> = {
  [EventKind.request]: 'lock',
  [EventKind.acquire]: 'lock',
  [EventKind.release]: 'lock',
  [EventKind.cancel]: 'lock',
  [EventKind.spawn]: 'thread',
  [EventKind.join]: 'thread',
  [EventKind.exit]: 'none',
  [EventKind.read]: 'variable',
  [EventKind.write]: 'variable',
  [EventKind.begin]: 'operation',
  [EventKind.end]: 'none',
  [EventKind.operation]: 'operation',
  [EventKind.note]: 'none',
  [EventKind.init]: 'lock',
  [EventKind.destroy]: 'lock',
  [EventKind.take]: 'lock',
};

function namesByCode(codes: Readonly<Record<string, number>>): string[] {
  const names: string[] = [];
  for (const [name, code] of Object.entries(codes)) names[code] = name;
  return names;
}
