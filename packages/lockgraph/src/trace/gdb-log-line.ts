/**
 * The grammar of the lines that a gdb script logs: calls of an allocator, and locks. docs/capture-log-format.md describes it.
 * A log is mixed with what gdb and the program print, so a line that is none of these is no error. Cost: one or two regular expressions a line.
 */

/** What an argument of a call is: a block's address, a size, a number of things, an alignment, flags; or of no interest. */
export type CallArgument = 'block' | 'size' | 'count' | 'align' | 'flags' | 'other';

export interface LoggedFunction {
  readonly arguments: readonly CallArgument[];
  /** What it returns: a block (also where that is by way of an argument), a size, or nothing. */
  readonly returns: 'block' | 'size' | 'nothing';
  /** An operator of C++: it may call another function of the list, which then is the call that counts. */
  readonly wraps: boolean;
}

/** Every function of an allocator that a log may name. */
export const loggedFunctions: ReadonlyMap<string, LoggedFunction> = new Map<string, LoggedFunction>([
  ['mallocx', logged('block', ['size', 'flags'])],
  ['rallocx', logged('block', ['block', 'size', 'flags'])],
  ['xallocx', logged('size', ['block', 'size', 'other', 'flags'])],
  ['sdallocx', logged('nothing', ['block', 'size', 'flags'])],
  ['dallocx', logged('nothing', ['block', 'flags'])],
  ['malloc', logged('block', ['size'])],
  ['calloc', logged('block', ['count', 'size'])],
  ['realloc', logged('block', ['block', 'size'])],
  ['reallocarray', logged('block', ['block', 'count', 'size'])],
  ['free', logged('nothing', ['block'])],
  ['free_sized', logged('nothing', ['block', 'size'])],
  ['free_aligned_sized', logged('nothing', ['block', 'align', 'size'])],
  ['posix_memalign', logged('block', ['other', 'align', 'size'])],
  ['aligned_alloc', logged('block', ['align', 'size'])],
  ['memalign', logged('block', ['align', 'size'])],
  ['valloc', logged('block', ['size'])],
  ['pvalloc', logged('block', ['size'])],
  // operator new, new[], delete and delete[], as compilers name them.
  ...['_Znwm', '_Znam', '_ZnwmRKSt9nothrow_t', '_ZnamRKSt9nothrow_t'].map(operator('block', ['size'])),
  ...['_ZnwmSt11align_val_t', '_ZnamSt11align_val_t', '_ZnwmSt11align_val_tRKSt9nothrow_t', '_ZnamSt11align_val_tRKSt9nothrow_t'].map(
    operator('block', ['size', 'align']),
  ),
  ...['_ZdlPv', '_ZdaPv', '_ZdlPvRKSt9nothrow_t', '_ZdaPvRKSt9nothrow_t'].map(operator('nothing', ['block'])),
  ...['_ZdlPvm', '_ZdaPvm'].map(operator('nothing', ['block', 'size'])),
  ...['_ZdlPvSt11align_val_t', '_ZdaPvSt11align_val_t', '_ZdlPvSt11align_val_tRKSt9nothrow_t', '_ZdaPvSt11align_val_tRKSt9nothrow_t'].map(
    operator('nothing', ['block', 'align']),
  ),
  ...['_ZdlPvmSt11align_val_t', '_ZdaPvmSt11align_val_t'].map(operator('nothing', ['block', 'size', 'align'])),
]);

/** A call begins. `values` are the arguments; addresses are exact, for blocks lie at multiples of 8. */
export interface LoggedCall {
  readonly what: 'call';
  readonly thread: number;
  readonly name: string;
  readonly values: readonly number[];
}

/** A call is over. `result` is undefined where the function returns nothing. */
export interface LoggedReturn {
  readonly what: 'return';
  readonly thread: number;
  readonly name: string;
  readonly values: readonly number[];
  readonly result: number | undefined;
}

/**
 * A thread has a lock, waits for one, or gives one back. `held`: before this, the thread itself had it (`self`), nobody had it (`nobody`), or another
 * thread, by its number; undefined: the log does not say, so it went as it should.
 */
export interface LoggedLock {
  readonly what: 'lock' | 'wait' | 'unlock';
  readonly thread: number;
  readonly lock: string;
  /** The function that did it; empty if unknown. */
  readonly function: string;
  readonly held: 'self' | 'nobody' | number | undefined;
}

/** A thread begins to end, or has ended. */
export interface LoggedExit {
  readonly what: 'texit' | 'exited';
  readonly thread: number;
}

/** Whoever logged has stopped the program. `stalled`: since nothing moved; else a signal came, or somebody ended gdb. */
export interface LoggedStop {
  readonly what: 'stopped';
  readonly stalled: boolean;
}

/** A line that begins as one of the others and does not go on so: it is cut off, or another text was printed into it. */
export interface LoggedDamage {
  readonly what: 'damaged';
}

export type LoggedLine = LoggedCall | LoggedReturn | LoggedLock | LoggedExit | LoggedStop | LoggedDamage;

const PREFIXES = ['', 'je_', '_rjem_'];
const LARGEST_THREAD = 2 ** 31 - 1;
const CALL = /^([A-Za-z_]\w{1,60})\(([^()]{0,200})\)$/;
const RETURN = /^ {2}([A-Za-z_]\w{1,60})\(([^()]{0,200})\)(?: = (0x[0-9a-f]{1,16}|\d{1,20}|\(nil\))| returned)$/;
const LOCK = /^ {4}(lock|wait|unlock) {1,3}(\S{1,200}) \[(.{0,2000})\]( .{1,200})?$/;
const STATE = /^ (?:(HELD-ALREADY)|(NOT-HELD)|held by t(\d{1,10}))\b/;
const EXIT = /^(?:texit| {2}texit (returned))$/;
const STOP = /^--- stopped\b(: (?:SIG[A-Z]|gdb\b))?/;
const NUMBER = /^(?:0x[0-9a-f]{1,16}|\d{1,20})$/;

/** What a line says, without its end; undefined for one of gdb's or the program's own. */
export function parseLoggedLine(line: string): LoggedLine | undefined {
  let text = line;
  let thread = 0;
  if (line.startsWith('[t')) {
    const named = /^\[t(\d{1,10})\] /.exec(line);
    if (named === null) return undefined;
    thread = Number(named[1]);
    if (thread > LARGEST_THREAD) return undefined;
    text = line.slice(named[0].length);
  }
  const indented = text.startsWith('    ') ? parseLock(text, thread) : parseCall(text, thread);
  if (indented !== undefined) return indented;
  const exit = EXIT.exec(text);
  if (exit !== null) return { what: exit[1] === undefined ? 'texit' : 'exited', thread };
  const stop = STOP.exec(text);
  if (stop !== null) return { what: 'stopped', stalled: stop[1] === undefined };
  return looksLogged(text) ? { what: 'damaged' } : undefined;
}

function parseLock(text: string, thread: number): LoggedLock | undefined {
  const [all, what, lock, caller, state] = LOCK.exec(text) ?? [];
  if (all === undefined) return undefined;
  return { what: what as LoggedLock['what'], thread, lock: lock!, function: caller!, held: heldBy(state ?? '', thread) };
}

function heldBy(state: string, thread: number): LoggedLock['held'] {
  const [all, already, nobody, holder] = STATE.exec(state) ?? [];
  if (all === undefined) return undefined;
  if (already !== undefined || Number(holder) === thread) return 'self';
  return nobody === undefined ? Number(holder) : 'nobody';
}

function parseCall(text: string, thread: number): LoggedCall | LoggedReturn | undefined {
  const returns = text.startsWith('  ');
  const [all, written, list, result] = (returns ? RETURN : CALL).exec(text) ?? [];
  if (all === undefined) return undefined;
  const name = functionNamed(written!);
  if (name === undefined) return undefined;
  const values = numbers(list!, loggedFunctions.get(name)!.arguments.length);
  if (values === undefined) return undefined;
  if (!returns) return { what: 'call', thread, name, values };
  const nothing = loggedFunctions.get(name)!.returns === 'nothing';
  if (nothing !== (result === undefined)) return undefined;
  return { what: 'return', thread, name, values, result: result === undefined ? undefined : result === '(nil)' ? 0 : Number(result) };
}

/** The name without the prefix that the library was built with. */
function functionNamed(written: string): string | undefined {
  for (const prefix of PREFIXES) {
    if (written.startsWith(prefix) && loggedFunctions.has(written.slice(prefix.length))) return written.slice(prefix.length);
  }
  return undefined;
}

function numbers(list: string, count: number): number[] | undefined {
  const values: number[] = [];
  for (const word of list.split(', ')) {
    if (word === '(nil)') values.push(0);
    else if (NUMBER.test(word)) values.push(Number(word));
    else return undefined;
  }
  return values.length === count ? values : undefined;
}

/** Whether a text without an end may be the beginning of a line of the log, for all that it says. */
export function beginsLoggedLine(text: string): boolean {
  const [, word = ''] = /^(?:\[t\d+\] )?(?: {2})?([a-zA-Z_]\w{0,60})$/.exec(text) ?? [];
  if (word !== '') return [...loggedFunctions.keys(), 'texit', ...LOCK_WORDS].some((name) => PREFIXES.some((prefix) => (prefix + name).startsWith(word)));
  return /^(?:\[(?:t\d*\]?)?|(?:\[t\d+\] )? {1,4}(?:(?:lock|wait|unlock|texit)\b.*|loc?|wai?|unl?o?c?|u)?)$/.test(text) || looksLogged(text);
}

const LOCK_WORDS = ['lock', 'wait', 'unlock'];
const START = /^(?: {2})?([A-Za-z_]\w{1,60})\(/;
const LOCK_START = /^ {4}(?:lock|wait|unlock) {1,3}\S{1,200}(?: \[|$)/;

function looksLogged(text: string): boolean {
  const start = START.exec(text);
  if (start !== null) return functionNamed(start[1]!) !== undefined;
  return LOCK_START.test(text);
}

function logged(returns: LoggedFunction['returns'], names: readonly CallArgument[], wraps = false): LoggedFunction {
  return { arguments: names, returns, wraps };
}

function operator(returns: LoggedFunction['returns'], names: readonly CallArgument[]): (name: string) => [string, LoggedFunction] {
  return (name) => [name, logged(returns, names, true)];
}
