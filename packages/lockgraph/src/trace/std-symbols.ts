/**
 * What an STD trace speaks of, from the bytes of its lines to the ids of the registry: threads, locks and variables, each kind with names of its
 * own, and locations. A name is made a string once, when it is first seen. A location is a call, `location 17`.
 * Cost: a probe of a table for a name, an array read for a location below 2^20. Memory: what is named, which is bounded.
 */
import { isUtf8 } from 'node:buffer';
import { ByteInterner, HASH_SEED, hashed } from './byte-interner.js';
import { CallTree } from './call-tree.js';
import type { CallId } from './event.js';
import type { TracePosition } from './event-log.js';
import { fail } from './jsonl-guards.js';
import type { Registry } from './registry.js';
import { locationName } from './std-location.js';
import { StdOp } from './std-op.js';
import { TraceError } from './trace-error.js';

/** The most names and locations that a trace may have, for each is kept in memory; and the most bytes of all its names. */
const MOST_NAMES = 2 ** 23;
const MOST_NAME_BYTES = 2 ** 28;

/** Bytes below this are characters of their own in UTF-8. */
const ASCII = 0x80;

/** Locations from 0 up to this have their calls in an array. */
const DIRECT = 2 ** 20;

export class StdSymbols {
  readonly threads = new ByteInterner();
  readonly locks = new ByteInterner();
  readonly variables = new ByteInterner();
  readonly #file: string;
  readonly #registry: Registry;
  readonly #position: TracePosition;
  /** By location; 0, the root: not seen. */
  #calls = new Int32Array(4096);
  readonly #otherCalls = new Map<number, CallId>();
  #names = 0;
  #nameBytes = 0;

  /** @param file and position, at the line that is being read, are for errors */
  constructor(file: string, registry: Registry, position: TracePosition) {
    this.#file = file;
    this.#registry = registry;
    this.#position = position;
  }

  /** The names that the operand of `op` is one of. */
  named(op: StdOp): ByteInterner {
    if (op === StdOp.read || op === StdOp.write) return this.variables;
    return op === StdOp.fork || op === StdOp.join ? this.threads : this.locks;
  }

  /** The id of a thread; a new one if it was never seen. {@link checkName} must accept its bytes. @throws TraceError if there are too many */
  thread(bytes: Buffer, from: number, to: number): number {
    return this.#id(this.threads, bytes, from, to);
  }

  /** As {@link thread}, for the operand of `op`. */
  operand(op: StdOp, bytes: Buffer, from: number, to: number): number {
    return this.#id(this.named(op), bytes, from, to);
  }

  /** The call that stands for a location. @throws TraceError if there are too many */
  call(location: number): CallId {
    const calls = this.#calls;
    const known = location >= 0 && location < calls.length ? calls[location]! : 0;
    return known === 0 ? this.#call(location) : known;
  }

  #call(location: number): CallId {
    const known = this.#otherCalls.get(location);
    if (known !== undefined) return known;
    this.#count(0);
    const { calls } = this.#registry;
    const call = calls.child(CallTree.root, calls.frame(locationName(location)));
    if (location >= 0 && location < DIRECT) {
      if (location >= this.#calls.length) this.#calls = grown(this.#calls, location);
      this.#calls[location] = call;
    } else this.#otherCalls.set(location, call);
    return call;
  }

  #id(names: ByteInterner, bytes: Buffer, from: number, to: number): number {
    let hash = HASH_SEED;
    for (let at = from; at < to; at++) hash = hashed(hash, bytes[at]!);
    const known = names.find(bytes, from, to, hash);
    if (known !== -1) return known;
    this.#count(to - from);
    const id = this.#register(names, bytes.toString('utf8', from, to));
    names.add(bytes, from, to, hash, id);
    return id;
  }

  #register(names: ByteInterner, name: string): number {
    const registry = this.#registry;
    if (names === this.threads) return registry.threads.id(name);
    if (names === this.variables) return registry.variables.id(name);
    // All locks of STD are re-entrant.
    return registry.findLock(name) ?? registry.addLock({ name, recursive: true });
  }

  #count(bytes: number): void {
    this.#names++;
    this.#nameBytes += bytes;
    // No line is at fault, so it is an error however lenient the reader is.
    if (this.#names > MOST_NAMES) throw this.#tooMany(`${MOST_NAMES} threads, locks, variables and locations`);
    if (this.#nameBytes > MOST_NAME_BYTES) throw this.#tooMany(`${MOST_NAME_BYTES} bytes of names`);
  }

  #tooMany(most: string): TraceError {
    return new TraceError(this.#file, this.#position.line, `the trace has more than ${most}, the most that are kept in memory`);
  }
}

/** @throws LineError if a name is not UTF-8: two such names could look the same as text */
export function checkName(what: string, bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (bytes[at]! < ASCII) continue;
    if (!isUtf8(bytes.subarray(at, to))) fail(what, 'UTF-8 text', bytes.toString('utf8', from, to));
    return;
  }
}

function grown(column: Int32Array<ArrayBuffer>, index: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(column.length * 2, index + 1));
  larger.set(column);
  return larger;
}
