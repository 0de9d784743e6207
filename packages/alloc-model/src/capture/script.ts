/** The script that logs a program's calls under gdb: the Python files beside this one, joined, with the settings filled in. */
import { readFileSync } from 'node:fs';

export interface CaptureSettings {
  /** Of jemalloc's functions, as `je_`; '' for none, `auto` for whatever there is. */
  readonly prefix: string;
  /** Whether locks and unlocks are logged too. */
  readonly locks: boolean;
  /** Seconds without a call or a lock, after which the program is stopped. */
  readonly stall: number;
}

/** In the order in which Python wants them: a class stands behind those that it is made from. `head.py` imports for all. */
const parts = [
  'head',
  'settings',
  'functions',
  'session',
  'machine',
  'elf',
  'image',
  'process',
  'log',
  'threads',
  'callers',
  'arenas',
  'lock_names',
  'locks',
  'call_hooks',
  'lock_hooks',
  'breakpoints',
  'finder',
  'watch',
  'run',
];

/** The text of the script. gdb takes one file, so it is one. */
export function captureScript({ prefix, locks, stall }: CaptureSettings): string {
  const script = parts.map((part) => readFileSync(new URL(`${part}.py`, import.meta.url), 'utf8')).join('\n\n');
  const values = { PREFIX: `'${prefix}'`, LOCKS: locks ? 'True' : 'False', STALL: `${stall}` };
  return Object.entries(values).reduce((text, [name, value]) => text.replace(new RegExp(`^${name} = .*$`, 'm'), () => `${name} = ${value}`), script);
}
