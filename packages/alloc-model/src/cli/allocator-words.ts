/** The options that say on which allocator a log is replayed, and how that is set. Every command that replays has them. */
import { allocatorNames, type AllocatorName, type AllocatorOptions } from '../lab/replay/allocators.js';
import { integer, oneOf } from './words.js';

/** What jemalloc's option may be; -1 is its way to say: the smallest. */
export const LG_TCACHE_MAX = { least: -1, most: 62 } as const;

export const NARENAS = { least: 1, most: 4094 } as const;

export const settingOptions = {
  'lg-tcache-max': { type: 'string' },
  narenas: { type: 'string' },
  'no-tcache': { type: 'boolean' },
} as const;

export const allocatorOptions = {
  allocator: { type: 'string' },
  unsized: { type: 'boolean' },
  ...settingOptions,
} as const;

export const settingHelp = `  --lg-tcache-max N     jemalloc's option: thread caches hold sizes up to 2^N;
                        from -1 to 62, default 15
  --narenas N           jemalloc's option: number of arenas; from 1 to 4094,
                        default 8
  --no-tcache           jemalloc's option tcache:false: no thread caches
`;

export const allocatorHelp = `  --allocator NAME      ${allocatorNames.slice(0, 3).join(', ')},
                        ${allocatorNames.slice(3).join(', ')}; the first is the default
  --unsized             the same calls without sizes, as through malloc and free
${settingHelp}`;

interface SettingValues {
  readonly 'lg-tcache-max'?: string | undefined;
  readonly narenas?: string | undefined;
  readonly 'no-tcache'?: boolean | undefined;
}

interface AllocatorValues extends SettingValues {
  readonly allocator?: string | undefined;
  readonly unsized?: boolean | undefined;
}

/** @throws UsageError */
export function allocatorSettings(values: SettingValues): AllocatorOptions {
  const lgTcacheMax = integer('--lg-tcache-max', values['lg-tcache-max'], LG_TCACHE_MAX.least, LG_TCACHE_MAX.most);
  const narenas = integer('--narenas', values.narenas, NARENAS.least, NARENAS.most);
  return {
    ...(lgTcacheMax === undefined ? {} : { lgTcacheMax }),
    ...(narenas === undefined ? {} : { narenas }),
    ...(values['no-tcache'] === true ? { tcache: false } : {}),
  };
}

/** What `replay()` takes of it. @throws UsageError */
export function replaySettings(values: AllocatorValues): AllocatorOptions & { readonly allocator: AllocatorName; readonly unsized: boolean } {
  return {
    allocator: oneOf('--allocator', values.allocator, allocatorNames),
    unsized: values.unsized ?? false,
    ...allocatorSettings(values),
  };
}
