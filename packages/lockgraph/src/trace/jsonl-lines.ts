/** Lines of a JSONL trace that the binary format has too: what is defined, and what a note says. Each with its line end. */
import type { CallId, Note } from './event.js';
import type { CallTree } from './call-tree.js';
import type { LockInfo, OperationInfo } from './registry.js';

export function threadLine(name: string): string {
  return `["thread",${JSON.stringify(name)}]\n`;
}

export function variableLine(name: string): string {
  return `["variable",${JSON.stringify(name)}]\n`;
}

/** Properties that a lock without them has as well are left out. */
export function lockLine({ name, kind, class: role, rank, key, recursive, unlock, permits, parties }: LockInfo): string {
  const properties = {
    ...(kind === 'mutex' ? {} : { kind }),
    ...(role === name ? {} : { class: role }),
    ...(rank === undefined ? {} : { rank }),
    ...(key === undefined ? {} : { key }),
    ...(recursive ? { recursive } : {}),
    ...(unlock === 'throw' ? {} : { unlock }),
    ...(permits === undefined || permits === 1 ? {} : { permits }),
    ...(parties === undefined ? {} : { parties }),
  };
  const rest = Object.keys(properties).length === 0 ? '' : `,${JSON.stringify(properties)}`;
  return `["lock",${JSON.stringify(name)}${rest}]\n`;
}

export function operationLine({ name, arguments: names }: OperationInfo): string {
  return `["operation",${JSON.stringify(name)},${JSON.stringify(names)}]\n`;
}

export function noteKindLine(kind: string, template: string | undefined): string {
  return `${JSON.stringify(template === undefined ? ['note', kind] : ['note', kind, template])}\n`;
}

/** @param id and @param parent as the file numbers them */
export function callLine(id: number, parent: number, calls: CallTree, call: CallId): string {
  const frame = calls.frameOf(call);
  const site = calls.frameSite(frame);
  const tip = site === undefined ? [calls.frameName(frame)] : [calls.frameName(frame), site];
  return `${JSON.stringify(['call', id, parent, ...tip])}\n`;
}

/** The data of a note and the operations that it blames, as two fields of JSON. */
export function noteFields({ data, operations }: Note): string {
  return `${JSON.stringify(data, finite)},${JSON.stringify(operations)}`;
}

/** JSON has no infinities and no NaN; they are written as their names. */
function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
