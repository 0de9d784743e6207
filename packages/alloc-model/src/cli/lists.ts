/** Options that take several values: `11,12,14-18`. Every error says the option, the value that it got, and what it takes. */
import { UsageError } from './usage-error.js';
import { integer, oneOf, quotedWord } from './words.js';

/** More settings than anybody looks at; a list is refused before it is made. */
export const MOST_VALUES = 512;

/** Integers, ranges of them as `11-18`, and `default`, which is undefined. @throws UsageError */
export function integers(option: string, text: string, least: number, most: number): (number | undefined)[] {
  return listed(option, text, (item) => {
    if (item === 'default') return [undefined];
    const range = /^(-?\d+)-(-?\d+)$/.exec(item);
    if (range === null) return [integer(option, item, least, most)];
    const [first, last] = [range[1]!, range[2]!].map((end) => integer(option, end, least, most)!) as [number, number];
    if (first > last) throw new UsageError(`${option} got the range ${quotedWord(item)}, which is empty: write ${last}-${first}`);
    if (last - first >= MOST_VALUES) throw tooMany(option);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** @throws UsageError */
export function oneOfEach<Word extends string>(option: string, text: string, words: readonly [Word, ...Word[]]): Word[] {
  return listed(option, text, (item) => [oneOf(option, item, words)]);
}

function listed<Value>(option: string, text: string, parse: (item: string) => Value[]): Value[] {
  const values: Value[] = [];
  for (const item of text.split(',', MOST_VALUES + 1)) {
    if (item === '') throw new UsageError(`${option} has a value missing in ${quotedWord(text)}: write a value, or several with one comma between them`);
    values.push(...parse(item));
    if (values.length > MOST_VALUES) throw tooMany(option);
  }
  return values;
}

function tooMany(option: string): UsageError {
  return new UsageError(`${option} takes at most ${MOST_VALUES} values: give it fewer`);
}
