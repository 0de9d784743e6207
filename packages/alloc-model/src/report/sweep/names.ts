/** What a sweep's settings are called in its table, its plot and its sentences. */
import type { ReplayResult } from '../../lab/replay/replay.js';
import type { MovedOption, Sweep, SweepRow } from '../../lab/sweep/sweep.js';

/** The order of the columns. */
const OPTIONS = ['allocator', 'narenas', 'tcache', 'lgTcacheMax'] as const;
type Option = 'allocator' | MovedOption;

/** As jemalloc's option string has it. */
export function optionName(option: Option): string {
  return option === 'lgTcacheMax' ? 'lg_tcache_max' : option;
}

/** The options that the rows differ in; `lg_tcache_max` if they differ in none. */
export function sweptOptions(rows: readonly SweepRow[]): Option[] {
  const swept = OPTIONS.filter((option) => rows.some((row) => valueAt(row, option) !== valueAt(rows[0]!, option)));
  return swept.length === 0 ? ['lgTcacheMax'] : swept;
}

/** An option's value in a row, as one would write it. */
export function valueAt({ setting, result }: SweepRow, option: Option): string {
  if (option === 'allocator') return result.allocator;
  const value = setting[option];
  if (value === undefined) return 'default';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

/** As `14`, or of several options `system, 14`. */
export function settingLabel(row: SweepRow, options: readonly Option[]): string {
  return options.map((option) => valueAt(row, option)).join(', ');
}

/** What is the same in all rows, and not the default: as `jemalloc-4.5.0, narenas 2`; empty if there is nothing to say. */
export function sameInAll({ rows }: Sweep): string {
  const [row] = rows;
  if (row === undefined) return '';
  const swept = sweptOptions(rows);
  const parts = OPTIONS.filter((option) => !swept.includes(option)).flatMap((option) => {
    const value = valueAt(row, option);
    if (option === 'allocator') return [value];
    return value === 'default' ? [] : [`${optionName(option)} ${value}`];
  });
  return [...parts, ...(row.setting.unsized === true ? ['without sizes'] : [])].join(', ');
}

/** Calls that returned, of all: from 0 to 1. */
export function progress({ outcome, call, calls }: ReplayResult): number {
  return (outcome === 'ok' ? call : call - 1) / calls;
}

/** Never 100 % of calls that did not all return. */
export function percent(result: ReplayResult): string {
  return `${(Math.floor(progress(result) * 1000) / 10).toFixed(1)} %`;
}
