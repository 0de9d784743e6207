/** The words after a command, by its options; what is wrong with them in one line. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { nearest } from './nearest.js';
import { UsageError } from './usage-error.js';

type Words<Options extends NonNullable<ParseArgsConfig['options']>> = ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>>;

/** @throws UsageError for an option that `command` does not have, or that lacks its value */
export function commandWords<const Options extends NonNullable<ParseArgsConfig['options']>>(command: string, words: readonly string[], options: Options): Words<Options> {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const wrong = /^Unknown option '--?([^']*)'/.exec(error.message)?.[1];
    if (wrong === undefined) throw new UsageError(`${error.message.split('\n')[0]!}; lockgraph ${command} --help tells more`);
    const meant = nearest(wrong, Object.keys(options));
    const hint = meant === undefined ? `lockgraph ${command} --help lists what there is` : `did you mean --${meant}?`;
    throw new UsageError(`${command} has no option ${wrong.length === 1 ? '-' : '--'}${wrong}; ${hint}`);
  }
}
