/** The script that logs a program's calls under gdb: `capture.py` beside this file, with its settings filled in. */
import { readFileSync } from 'node:fs';

export interface CaptureSettings {
  /** Of jemalloc's functions, as `je_`; '' for none, `auto` for whatever there is. */
  readonly prefix: string;
  /** Whether locks and unlocks are logged too. */
  readonly locks: boolean;
  /** Seconds without a call or a lock, after which the program is stopped. */
  readonly stall: number;
}

/** The text of the script. */
export function captureScript({ prefix, locks, stall }: CaptureSettings): string {
  const script = readFileSync(new URL('capture.py', import.meta.url), 'utf8');
  const values = { PREFIX: `'${prefix}'`, LOCKS: locks ? 'True' : 'False', STALL: `${stall}` };
  return Object.entries(values).reduce((text, [name, value]) => text.replace(new RegExp(`^${name} = .*$`, 'm'), () => `${name} = ${value}`), script);
}
