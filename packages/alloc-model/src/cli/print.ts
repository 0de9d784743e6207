/** Where a command's result goes: to standard output, or whole into the file of `--output`. */
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from './output.js';
import { Outputs } from './outputs.js';

/** Milliseconds without a turn of the event loop. */
const LONGEST_TURN = 10;

/** What a command reads (paths; `-` is standard input), and what it writes to. */
export interface PrintedTo {
  readonly inputs: readonly string[];
  /** A path; undefined: standard output. */
  readonly output: string | undefined;
}

/** Text, or pieces of it, of which only one need be in memory. */
export type Printed = string | Iterable<string>;

/**
 * Writes what `make` gives, unless it throws: then nothing is written. The file is opened first, so that a long run is not for nothing.
 * Pieces that fail must do so before the first one: to standard output each is written as it is made.
 * @throws UsageError if the file cannot be written, or is one of the inputs
 */
export async function printResult({ inputs, output }: PrintedTo, stdout: Output, make: (outputs: Outputs) => Printed | Promise<Printed>): Promise<void> {
  const outputs = new Outputs(inputs);
  try {
    const toFile = output === undefined ? undefined : outputs.open(output);
    const printed = await make(outputs);
    const pieces = inTurns(typeof printed === 'string' ? [printed] : printed);
    if (toFile !== undefined) for await (const piece of pieces) toFile(piece);
    outputs.keep();
    if (toFile === undefined) await writeAll(pieces, stdout);
  } finally {
    outputs.discard();
  }
}

/** The pieces, with a turn of the event loop now and then: else no signal of the process is heard before the last one is made. */
async function* inTurns(pieces: Iterable<string>): AsyncGenerator<string> {
  let last = performance.now();
  for (const piece of pieces) {
    yield piece;
    if (performance.now() - last < LONGEST_TURN) continue;
    await nextTurn();
    last = performance.now();
  }
}

/** Writes no faster than the reader reads, or all would wait in memory; stops if the reader goes away. */
async function writeAll(pieces: AsyncIterable<string>, stdout: Output): Promise<void> {
  for await (const piece of pieces) {
    if (stdout.write(piece) === false && stdout.on !== undefined && !(await drained(stdout))) return;
  }
}

/** Whether `stdout` takes more: resolves once that is known. */
function drained(stdout: Output): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (takesMore: boolean): void => {
      stdout.off?.('drain', onDrain);
      stdout.off?.('close', onClose);
      resolve(takesMore);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    stdout.on?.('drain', onDrain);
    stdout.on?.('close', onClose);
  });
}
