/**
 * Turns the lines of a gdb log into the calls of a call log: addresses become blocks by life, and the functions of C and C++ those of jemalloc that
 * do the same. The calls come in the order in which they began. A block is used only after the call that gave it returned, so this order never
 * uses a block before it is there; and of a free, the beginning is all that some logs have.
 * What cannot be a call of a legal log is left out and counted. Cost: some microseconds a line; memory: an object a call.
 */
import { type LoggedCall, type LoggedLine, type LoggedReturn, loggedFunctions } from 'lockgraph';
import type { CallSink } from './call-sink.js';
import { type ImportNote, importNotes } from './import-summary.js';
import { type AskedOf, askedOf } from './logged-call.js';

const ADDRESS_SPACE = 2 ** 47;

/** A block from the call that returned it to the one that frees it. */
interface Life {
  live: boolean;
  /** In the call log; 0 before it has one. */
  id: number;
}

interface Entry {
  readonly line: number;
  readonly thread: number;
  /** Undefined: a thread's exit. */
  readonly asked: AskedOf | undefined;
  /** The block that it is about. */
  before: Life | undefined;
  /** The block that it returns, if it returns. */
  after: Life | undefined;
  /** `wrong`: a free of a block that is not live, which no legal log can hold. */
  kind: 'get' | 'resize' | 'free' | 'texit' | 'wrong' | 'left out';
}

interface ThreadState {
  open: { readonly call: LoggedCall; readonly entry: Entry | undefined } | undefined;
  /** Operators whose calls of other functions count in their place, outermost first. */
  readonly wrappers: LoggedCall[];
  /** Whether it made a call since it began. */
  started: boolean;
}

export class GdbCallImporter {
  readonly #entries: Entry[] = [];
  readonly #threads = new Map<number, ThreadState>();
  /** By address: the life that began there last. */
  readonly #lives = new Map<number, Life>();
  /** What was left out or changed, so far. */
  readonly notes = Object.fromEntries(importNotes.map((note) => [note, { count: 0, line: 0 }])) as Record<ImportNote, { count: number; line: number }>;

  /** The next line that the grammar knows. @param number 1-based */
  line(line: LoggedLine, number: number): void {
    if (line.what === 'call') this.#begin(line, number);
    else if (line.what === 'return') this.#return(line, number);
    else if (line.what === 'texit' || line.what === 'exited') this.#exit(line.thread, number);
  }

  /**
   * Nothing follows: tells `sink` of all calls.
   * @param wrong whether also of frees of blocks that are not live, which only a sink takes that judges calls itself
   * @returns by call, from 0: the line that it comes from, 1-based
   */
  finish(sink: CallSink, wrong: boolean): Int32Array {
    for (const { open } of this.#threads.values()) {
      if (open?.entry !== undefined) this.#unreturned(open.entry, open.call);
    }
    const entries = this.#entries.filter(({ kind }) => kind !== 'left out' && (wrong || kind !== 'wrong'));
    let ids = 0;
    const idOf = (life: Life | undefined): number => {
      if (life === undefined) return ++ids;
      return (life.id ||= ++ids);
    };
    for (const { kind, asked, before, after, thread } of entries) {
      if (kind === 'texit') sink.texit(thread);
      else if (kind === 'get') sink.mallocx(idOf(after), asked!.size! || 1, asked!.flags, thread);
      else if (kind === 'resize') sink.rallocx(idOf(before), idOf(after), asked!.size! || 1, asked!.flags, thread);
      else if (asked!.kind === 'free' && asked!.size !== undefined) sink.sdallocx(idOf(before), asked!.size || 1, asked!.flags, thread);
      else sink.dallocx(idOf(before), asked!.flags, thread);
    }
    return Int32Array.from(entries, ({ line }) => line);
  }

  #begin(call: LoggedCall, line: number): void {
    const thread = this.#thread(call.thread);
    const { open } = thread;
    thread.open = undefined;
    if (open !== undefined) {
      if (wraps(open.call, call)) {
        thread.wrappers.push(open.call);
        if (open.entry !== undefined) this.#leaveOut(open.entry);
      } else {
        thread.wrappers.length = 0;
        if (open.entry !== undefined) this.#unreturned(open.entry, open.call);
      }
    }
    thread.open = { call, entry: this.#entry(call, line) };
  }

  /** @returns undefined if it is left out */
  #entry(call: LoggedCall, line: number): Entry | undefined {
    const asked = askedOf(call);
    if (asked === undefined) return this.#note('impossible', line);
    if (asked.kind !== 'get' && asked.block === 0) return this.#note('withoutEffect', line);
    if (asked.kind === 'free' && asked.size !== undefined && asked.size > ADDRESS_SPACE) return this.#note('impossible', line);
    const kind = asked.kind === 'grow' ? 'resize' : asked.kind;
    const entry: Entry = { line, thread: call.thread, asked, before: undefined, after: undefined, kind };
    if (kind !== 'get' && !this.#takeBlock(entry, asked)) return undefined;
    this.#thread(call.thread).started = true;
    this.#entries.push(entry);
    if (asked.kind === 'free' && asked.size === 0) this.#note('emptySize', line);
    return entry;
  }

  /** Ends the life of the block that a call is about. @returns false if it is left out for want of one */
  #takeBlock(entry: Entry, { kind, block }: AskedOf): boolean {
    const { line } = entry;
    let life = this.#lives.get(block);
    if (life === undefined && kind === 'resize') {
      // What it returns is a block that the log knows from then on.
      this.#note('adopted', line);
      entry.kind = 'get';
      return true;
    }
    if (life?.live === true) {
      life.live = false;
      entry.before = life;
      return true;
    }
    this.#note(life === undefined ? 'unknown' : 'freedTwice', line);
    if (kind !== 'free') return false;
    if (life === undefined) this.#lives.set(block, (life = { live: false, id: 0 }));
    entry.before = life;
    entry.kind = 'wrong';
    return true;
  }

  #return(returned: LoggedReturn, line: number): void {
    const thread = this.#thread(returned.thread);
    const wrapper = thread.wrappers.at(-1);
    if (thread.open === undefined && wrapper !== undefined && isSame(wrapper, returned)) {
      thread.wrappers.pop();
      return;
    }
    // The line of its beginning is lost: this one says as much.
    if (thread.open === undefined || !isSame(thread.open.call, returned)) this.#begin({ ...returned, what: 'call' }, line);
    const { entry } = thread.open!;
    thread.open = undefined;
    if (entry !== undefined) this.#complete(entry, returned.result ?? 0);
  }

  #complete(entry: Entry, result: number): void {
    const { asked, before, line } = entry;
    const { kind, size, block } = asked!;
    if (kind === 'free') return;
    if (kind === 'resize' && result === 0 && size === 0) {
      // An adopted block has no name that it could be freed by.
      entry.kind = before === undefined ? 'left out' : 'free';
      return;
    }
    const failed = kind === 'grow' ? result < size! : result === 0;
    if (failed || size! > ADDRESS_SPACE) {
      this.#note('failed', line);
      this.#leaveOut(entry);
      return;
    }
    if (size === 0) this.#note('emptySize', line);
    const address = kind === 'grow' ? block : result;
    const there = this.#lives.get(address);
    if (there !== undefined && there.live && there !== before) this.#note('unseenFree', line);
    entry.after = { live: true, id: 0 };
    this.#lives.set(address, entry.after);
  }

  /** A call whose return the log does not have: it hangs in it, or the line is lost. A free needs none. */
  #unreturned(entry: Entry, { name }: LoggedCall): void {
    if (entry.asked!.size !== undefined && entry.asked!.size > ADDRESS_SPACE) {
      this.#note('impossible', entry.line);
      this.#leaveOut(entry);
      return;
    }
    if (loggedFunctions.get(name)!.returns !== 'nothing') this.#note('unreturned', entry.line);
  }

  #leaveOut(entry: Entry): void {
    if (entry.before !== undefined && entry.kind !== 'wrong') entry.before.live = true;
    entry.kind = 'left out';
  }

  #exit(number: number, line: number): void {
    const thread = this.#thread(number);
    if (thread.open?.entry !== undefined) this.#unreturned(thread.open.entry, thread.open.call);
    thread.open = undefined;
    thread.wrappers.length = 0;
    if (!thread.started) return;
    thread.started = false;
    this.#entries.push({ line, thread: number, asked: undefined, before: undefined, after: undefined, kind: 'texit' });
  }

  #note(note: ImportNote, line: number): undefined {
    const met = this.notes[note];
    met.count++;
    met.line ||= line;
  }

  #thread(number: number): ThreadState {
    let thread = this.#threads.get(number);
    if (thread === undefined) this.#threads.set(number, (thread = { open: undefined, wrappers: [], started: false }));
    return thread;
  }
}

/** Whether an operator of C++, under way, has called `inner` to do what it is for. */
function wraps(outer: LoggedCall, inner: LoggedCall): boolean {
  const operator = loggedFunctions.get(outer.name)!;
  const { returns } = loggedFunctions.get(inner.name)!;
  if (!operator.wraps || operator.returns !== returns) return false;
  // A delete has no line when it is over in every log: only its own block tells that it is.
  return returns === 'block' || outer.values[0] === inner.values[0];
}

function isSame(call: LoggedCall, returned: LoggedReturn): boolean {
  return call.name === returned.name && call.values.every((value, i) => value === returned.values[i]);
}
