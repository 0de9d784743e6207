/** Where a command's result goes: to standard output, or whole into the file of `--output`. */
import type { Output } from './output.js';
import { Outputs } from './outputs.js';

/** What a command reads (paths; `-` is standard input), and what it writes to. */
export interface PrintedTo {
  readonly inputs: readonly string[];
  /** A path; undefined: standard output. */
  readonly output: string | undefined;
}

/**
 * Writes what `make` gives, unless it throws: then nothing is written. The file is opened first, so that a long run is not for nothing.
 * @throws UsageError if the file cannot be written, or is one of the inputs
 */
export async function printResult({ inputs, output }: PrintedTo, stdout: Output, make: (outputs: Outputs) => string | Promise<string>): Promise<void> {
  const outputs = new Outputs(inputs);
  try {
    const toFile = output === undefined ? undefined : outputs.open(output);
    const text = await make(outputs);
    toFile?.(text);
    outputs.keep();
    if (toFile === undefined) stdout.write(text);
  } finally {
    outputs.discard();
  }
}
