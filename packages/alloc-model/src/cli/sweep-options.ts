/** The words after `alloc-model sweep`. */
import { allocatorNames } from '../lab/replay/allocators.js';
import type { SweepSetting } from '../lab/sweep/sweep.js';
import { allocatorOptions, LG_TCACHE_MAX, NARENAS } from './allocator-words.js';
import { integers, MOST_VALUES, oneOfEach } from './lists.js';
import { UsageError } from './usage-error.js';
import { commonOptions, oneOf, parseWords, traceHelp } from './words.js';

export interface SweepCommand {
  /** Paths; `-` is standard input. */
  readonly traces: readonly string[];
  readonly settings: readonly SweepSetting[];
  readonly format: 'text' | 'json' | 'svg';
  readonly output: string | undefined;
  readonly plot: string | undefined;
}

/** What is swept where nothing is asked for. */
const USUAL = [11, 12, 13, 14, 15, 16, 17, 18];

export const sweepHelp = `Usage: alloc-model sweep [OPTION]… TRACE…

Replays the allocator calls of each TRACE at several settings, and tells how far
each gets, and what the option changed where the end moves. LIST is values with
commas between them, for numbers also 11-18, and default: not set. Several lists
are combined, the last one changing fastest. Without a list: --lg-tcache-max
11-18.

  --allocator LIST      ${allocatorNames.slice(0, 3).join(', ')},
                        ${allocatorNames.slice(3).join(', ')}; the first is the default
  --narenas LIST        jemalloc's option: number of arenas; from 1 to 4094,
                        default 8
  --tcache LIST         jemalloc's option: whether there are thread caches; on,
                        off; --no-tcache is off
  --lg-tcache-max LIST  jemalloc's option: thread caches hold sizes up to 2^N;
                        from -1 to 62, default 15
  --unsized             the same calls without sizes, as through malloc and free
  --format text|json|svg
                        a table (the default), an array of what "replay --format
                        json" prints, or the plot
  -o, --output FILE     the result goes there instead of to standard output
  --plot FILE           the plot (SVG) as well

${traceHelp}
Exit: 0 whatever the outcomes are; 2 for wrong usage, or a TRACE that is none.
`;

/** @throws UsageError; returns undefined where help is asked for */
export function parseSweep(words: readonly string[]): SweepCommand | undefined {
  const { values, positionals: traces } = parseWords('sweep', words, {
    ...allocatorOptions,
    ...commonOptions,
    tcache: { type: 'string' },
    format: { type: 'string' },
    plot: { type: 'string' },
  });
  if (values.help === true) return undefined;
  if (traces.length === 0) throw new UsageError('sweep needs a TRACE; alloc-model sweep --help tells more');
  if (traces.filter((trace) => trace === '-').length > 1) throw new UsageError('standard input ("-") is given twice, and can be read once');
  return { traces, settings: settingsOf(values), format: oneOf('--format', values.format, ['text', 'json', 'svg']), output: values.output, plot: values.plot };
}

interface Values {
  readonly allocator?: string | undefined;
  readonly narenas?: string | undefined;
  readonly tcache?: string | undefined;
  readonly 'no-tcache'?: boolean | undefined;
  readonly 'lg-tcache-max'?: string | undefined;
  readonly unsized?: boolean | undefined;
}

/** Every combination; the last option changes fastest. */
function settingsOf(values: Values): SweepSetting[] {
  const allocators = values.allocator === undefined ? [undefined] : oneOfEach('--allocator', values.allocator, allocatorNames);
  const narenas = values.narenas === undefined ? [undefined] : integers('--narenas', values.narenas, NARENAS.least, NARENAS.most);
  const tcaches = tcachesOf(values);
  const limits = limitsOf(values['lg-tcache-max'], allocators.length * narenas.length * tcaches.length > 1);
  const count = allocators.length * narenas.length * tcaches.length * limits.length;
  if (count > MOST_VALUES) throw new UsageError(`the lists give ${count} settings, and at most ${MOST_VALUES} are taken: give fewer values`);
  const unsized = values.unsized ?? false;
  return allocators.flatMap((allocator) =>
    narenas.flatMap((arenas) => tcaches.flatMap((tcache) => limits.map((limit) => settingOf({ allocator, narenas: arenas, tcache, lgTcacheMax: limit }, unsized)))),
  );
}

type Chosen = { readonly [Option in 'allocator' | 'narenas' | 'tcache' | 'lgTcacheMax']: SweepSetting[Option] | undefined };

/** Without what is not set. */
function settingOf({ allocator, narenas, tcache, lgTcacheMax }: Chosen, unsized: boolean): SweepSetting {
  return {
    ...(allocator === undefined ? {} : { allocator }),
    ...(narenas === undefined ? {} : { narenas }),
    ...(tcache === undefined ? {} : { tcache }),
    ...(lgTcacheMax === undefined ? {} : { lgTcacheMax }),
    ...(unsized ? { unsized } : {}),
  };
}

function tcachesOf({ tcache, 'no-tcache': none }: Values): (boolean | undefined)[] {
  if (tcache === undefined) return [none === true ? false : undefined];
  if (none === true) throw new UsageError('--tcache and --no-tcache are both given; --no-tcache is --tcache off');
  return oneOfEach('--tcache', tcache, ['on', 'off']).map((word) => word === 'on');
}

/** @param others whether another option has several values */
function limitsOf(text: string | undefined, others: boolean): readonly (number | undefined)[] {
  if (text !== undefined) return integers('--lg-tcache-max', text, LG_TCACHE_MAX.least, LG_TCACHE_MAX.most);
  return others ? [undefined] : USUAL;
}
