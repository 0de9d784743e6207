import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../packages/lockgraph/src/cli/command-line.js';
import { SpillError } from '../../../packages/lockgraph/src/trace/spill-error.js';
import { lockgraph } from './harness.js';

describe('the command line', () => {
  it.each([
    [[], 'lockgraph: which COMMAND? There are report, convert and merge; lockgraph --help tells more\n'],
    [['reprot', 'x'], 'lockgraph: there is no command "reprot"; did you mean report?\n'],
    [['frobnicate'], 'lockgraph: there is no command "frobnicate"; lockgraph --help lists what there is\n'],
    [['__proto__'], 'lockgraph: there is no command "__proto__"; lockgraph --help lists what there is\n'],
    [['\u001b[2J'], 'lockgraph: there is no command "\\u001b[2J"; lockgraph --help lists what there is\n'],
    [['--hepl'], 'lockgraph: there is no option "--hepl"; did you mean --help?\n'],
    [['report'], 'lockgraph: report needs a TRACE ("-" is standard input); lockgraph report --help tells more\n'],
    [['report', ''], 'lockgraph: the name of a TRACE is empty\n'],
    [['report', '-', '-'], 'lockgraph: standard input ("-") can be read only once\n'],
    [['report', '--fromat', 'json', 'x'], 'lockgraph: report has no option --fromat; did you mean --format?\n'],
    [['report', '-q', 'x'], 'lockgraph: report has no option -q; lockgraph report --help lists what there is\n'],
    [['report', '--format', 'html', 'x'], 'lockgraph: --format takes text or json, and got "html"\n'],
    [['report', '--max-cycle', '-1', 'x'], 'lockgraph: --max-cycle takes a number of threads from 2 to 32, and got "-1"\n'],
    [['report', '--max-cycle=-1', 'x'], 'lockgraph: --max-cycle takes a number of threads from 2 to 32, and got "-1"\n'],
    [['report', '--max-cycle', 'many', 'x'], 'lockgraph: --max-cycle takes a number of threads from 2 to 32, and got "many"\n'],
    [['report', '--max-cycle', '1e9', 'x'], 'lockgraph: --max-cycle takes a number of threads from 2 to 32, and got "1e9"\n'],
    [['report', '--max-cycle', '33', 'x'], 'lockgraph: --max-cycle takes a number of threads from 2 to 32, and got "33"\n'],
    [['report', '--max-cycle', '--lenient', 'x'], 'lockgraph: --max-cycle takes a value, and got "--lenient", which looks like an option; --max-cycle=--lenient if that is the value\n'],
    [['report', '-o', '-x', 'y'], 'lockgraph: -o takes a value, and got "-x", which looks like an option; -o-x if that is the value\n'],
    [['report', '--', '--max-cycle', '-1'], '--max-cycle: cannot be read: there is no such file\n'],
    [['report', '--lenient', '-1', 'x'], 'lockgraph: report has no option -1; lockgraph report --help lists what there is\n'],
    [['report', '--fail-on', 'always', 'x'], 'lockgraph: --fail-on takes observed, proved, possible or never, and got "always"\n'],
    [['report', '-o', '', 'x'], 'lockgraph: --output takes the name of a file, and got ""\n'],
  ])('answers %j with one line, and exits 2', async (words, line) => {
    expect(await lockgraph(words)).toEqual({ code: 2, stdout: '', stderr: line });
  });

  it('says in one line that an option lacks its value', async () => {
    const { code, stderr } = await lockgraph(['report', 'x', '--format']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^lockgraph: Option '--format <value>' argument missing; [^\n]*\n$/);
  });

  it('says in one line that temporary files cannot be kept', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"lockgraph":"trace","version":1}\n');
      throw SpillError.of('/tmp', Object.assign(new Error('full'), { errno: -constants.errno.ENOSPC }));
    }
    let stderr = '';
    const write = (text: string | Uint8Array): unknown => (stderr += text.toString());
    const code = await runCommandLine(['report', '-'], { stdin: broken(), stdout: { write }, stderr: { write }, environment: {}, directory: '/' });
    expect([code, stderr]).toEqual([2, 'lockgraph: temporary files cannot be kept in /tmp (ENOSPC: no space left on device); TMPDIR=FOLDER puts them elsewhere\n']);
  });

  it.each([[['--help']], [['-h']], [['help']], [['report', '--help']], [['report', '-h', 'x']]])('gives help on standard output for %j', async (words) => {
    const { code, stdout, stderr } = await lockgraph(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: lockgraph /);
    expect(stderr).toBe('');
  });

  it('knows its version', async () => {
    const { code, stdout } = await lockgraph(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
