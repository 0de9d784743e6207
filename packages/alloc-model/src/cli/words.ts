/** The words after `alloc-model COMMAND`: parsed, and checked. Every error says the option, the value that it got, and what it takes. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isLevel, type Level, levels } from 'lockgraph';
import { UsageError } from './usage-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options that every command has. */
export const commonOptions = {
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

type Parsed<Given extends Options> = ReturnType<typeof parseArgs<{ args: string[]; allowPositionals: true; options: Given }>>;

/** What a TRACE may be; a paragraph of every command's help that reads one. */
export const traceHelp = `TRACE is a call log, or what the script of "alloc-model gdb-script" logged; "-"
is standard input, gzip is unpacked.
`;

/** Of a value that may be a whole file, so much is quoted. */
const LONGEST_QUOTE = 60;
/** It has a word in it, and says what is wrong with that. */
const LONGEST_MESSAGE = 120;

/** What was given, as an error shows it: in quotes, and not too long. */
export function quotedWord(text: string): string {
  return `"${shortened(text, LONGEST_QUOTE)}"`;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** @param options as `parseArgs` takes them; no value may be given twice, and an output `-` is none: standard output @throws UsageError */
export function parseWords<Given extends Options>(command: string, words: readonly string[], options: Given): Parsed<Given> {
  const parsed = parsedWords(command, words, options);
  const given: { output?: string } = parsed.values;
  if (given.output === '-') delete given.output;
  return parsed;
}

function parsedWords<Given extends Options>(command: string, words: readonly string[], options: Given): Parsed<Given> {
  const args = joinedNegatives(words, options);
  try {
    const { tokens } = parseArgs({ args, allowPositionals: true, options, tokens: true });
    refuseTwice(tokens.flatMap((token) => (token.kind === 'option' && token.value !== undefined ? [token.name] : [])));
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const wrong = (error as Error).message.split('\n')[0]!.replace(/\. .*$/, '');
    throw new UsageError(`${shortened(wrong, LONGEST_MESSAGE)}; alloc-model ${command} --help tells what there is`);
  }
}

/** Else the last one would count, and the others go without a word. @param names of the options with values */
function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice; give it once`);
}

/** `--lg-tcache-max -1` is what jemalloc's users write; parseArgs wants `=` there. */
function joinedNegatives(words: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    if (before?.startsWith('--') === true && options[before.slice(2)]?.type === 'string' && /^-\d+([,-]|$)/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** The one file that a command reads. @param what as the help calls it @throws UsageError */
export function oneFile(command: string, what: string, positionals: readonly string[]): string {
  const [file] = positionals;
  if (file === undefined) throw new UsageError(`${command} needs a ${what}; alloc-model ${command} --help tells more`);
  if (positionals.length > 1) throw new UsageError(`${command} takes one ${what}, and got ${positionals.length}`);
  return file;
}

/** @throws UsageError */
export function integer(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} takes an integer from ${least} to ${most}, and got ${quotedWord(text)}`);
}

/** The word itself, or the first of `words` if none is given. @throws UsageError */
export function oneOf<Word extends string>(option: string, text: string | undefined, words: readonly [Word, ...Word[]]): Word {
  if (text === undefined) return words[0];
  const found = words.find((word) => word === text);
  if (found === undefined) throw new UsageError(`${option} takes ${listed(words)}, and got ${quotedWord(text)}`);
  return found;
}

/** @throws UsageError */
export function level(text: string | undefined): Level | undefined {
  if (text === undefined || isLevel(text)) return text;
  throw new UsageError(`--fail-on takes ${levels.join(', ')}, and got ${quotedWord(text)}`);
}

/** As in `a, b or c`. */
function listed(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');
}
