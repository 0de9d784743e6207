/** The words after a command, by its options; what is wrong with them in one line. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { nearest } from './nearest.js';
import { UsageError } from './usage-error.js';

type Words<Options extends NonNullable<ParseArgsConfig['options']>> = ReturnType<typeof parseArgs<{ args: string[]; options: Options; allowPositionals: true }>>;

/** @throws UsageError for an option that `command` does not have, or that lacks its value */
export function commandWords<const Options extends NonNullable<ParseArgsConfig['options']>>(command: string, words: readonly string[], options: Options): Words<Options> {
  try {
    return parseArgs({ args: withNumbers(words, options), options, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const dashed = /^Option '([^']*)' argument is ambiguous/.exec(error.message)?.[1];
    if (dashed !== undefined) throw new UsageError(ambiguous(dashed, words));
    const wrong = /^Unknown option '--?([^']*)'/.exec(error.message)?.[1];
    if (wrong === undefined) throw new UsageError(`${error.message.split('\n')[0]!}; lockgraph ${command} --help tells more`);
    const meant = nearest(wrong, Object.keys(options));
    const hint = meant === undefined ? `lockgraph ${command} --help lists what there is` : `did you mean --${meant}?`;
    throw new UsageError(`${command} has no option ${wrong.length === 1 ? '-' : '--'}${wrong}; ${hint}`);
  }
}

/** A negative number is no option, but the value of the one before it, which can say what it takes. */
function withNumbers(words: readonly string[], options: NonNullable<ParseArgsConfig['options']>): string[] {
  const end = words.indexOf('--');
  return words.reduce<string[]>((joined, word, i) => {
    const option = words[i - 1]?.replace(/^--/, '') ?? '';
    const isValue = /^-[0-9.]/.test(word) && words[i - 1] === `--${option}` && Object.hasOwn(options, option) && options[option]!.type === 'string';
    if (isValue && (end === -1 || i < end)) joined.push(`${joined.pop()!}=${word}`);
    else joined.push(word);
    return joined;
  }, []);
}

/** @param option as it was given, with a value that begins as an option does */
function ambiguous(option: string, words: readonly string[]): string {
  const value = words[words.indexOf(option) + 1] ?? '';
  const long = option.startsWith('--') ? `${option}=` : option;
  return `${option} takes a value, and got "${value}", which looks like an option; ${long}${value} if that is the value`;
}
