/** Whether a file begins as the log of a gdb script. */
import { parseLoggedLine } from './gdb-log-line.js';

/** Bytes of a file that tell whether it is one: it may begin with much that gdb and the program printed. No other format needs as many. */
export const GDB_LOG_START = 65_536;

/** What gdb prints before the program runs, and the first line of alloc-model's own script. */
const CHATTER =
  /^(?:# A log of alloc-model gdb-script|GNU gdb |Reading symbols from |Breakpoint \d+ at |Function ".*" not defined\.|\[Thread debugging using |Using host libthread_db |Temporary breakpoint \d+ |\[New Thread |\[Inferior \d+ |Starting program: )/;

/** @param start of the file, as far as it was looked at. The lines of a log are looked for in it, and what gdb prints. */
export function beginsAsGdbLog(start: string): boolean {
  return start.split('\n').some((line) => {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (CHATTER.test(text)) return true;
    const what = parseLoggedLine(text)?.what;
    return what !== undefined && what !== 'damaged' && what !== 'texit';
  });
}
