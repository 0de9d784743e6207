import { describe, expect, it } from 'vitest';
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
