import { expect, test } from 'vitest';
import { analyseTrace } from '../../../packages/lockgraph/src/detect/trace-analysis.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { transfers } from './analyses.js';

/** What a report says of a run with these definitions and events, in which nothing can run any more. */
async function report(...lines: readonly string[]): Promise<string> {
  const events = lines.filter((line) => /^\[\d/.test(line)).length;
  const text = ['{"lockgraph":"trace","version":1}', ...lines, `{"end":{"events":${events},"dropped":0,"stalled":true}}`, ''].join('\n');
  const analysis = await analyseTrace({ name: 'run.jsonl', chunks: chunks(text) });
  return renderText(analysis, { verbose: true });
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test.each([
  ['a deadlock', ['["lock","A"]', '["lock","B"]', '[1,"take","t1","A",0,0]', '[2,"take","t2","B",0,0]', '[3,"request","t1","B",0,0]', '[4,"request","t2","A",0,0]']],
  ['a hang', ['["lock","A"]', '["lock","c",{"kind":"condition"}]', '[1,"take","t1","A",0,0]', '[2,"request","t1","c",0,0]']],
  ['an orphaned lock', ['["lock","A"]', '[1,"take","t1","A",0,0]', '[2,"exit","t1",null,0,0]', '[3,"request","t2","A",0,0]']],
  ['misuse and a broken rank', ['["lock","A",{"rank":2}]', '["lock","B",{"rank":1}]', '[1,"take","t1","A",0,0]', '[2,"take","t1","B",0,0]', '[3,"release","t2","B",0,0]']],
  ['a note', ['["lock","A"]', '["note","app/odd","size {size}"]', '[1,"note","t1","app/odd",0,0,{"size":1},[]]']],
])('a report of a trace with lines speaks of lines and never of events: %s', async (_, lines) => {
  const text = await report(...lines);
  expect(text).toMatch(/line (?:\d+ )?of the trace/);
  expect(text).not.toMatch(/(?:event|number of the event) \d|of the event\)/);
});

test('the numbers on the left are those of the lines, as in the other sections', async () => {
  const text = await report('["lock","A"]', '["lock","c",{"kind":"condition"}]', '[1,"take","t1","A",0,0]', '[2,"request","t1","c",0,0]');
  expect(text).toMatch(/ {2}wants {2}c {2}at line 5 of the trace\n {2}holds {2}A {2}since line 4 of the trace\n/);
  expect(text).toMatch(/\(left: line of the trace\)\n {2}4 {2}lock A\n {2}5 {2}waits for c /);
});

test('a report of a run without lines speaks of events', () => {
  const [finding] = transfers().findings;
  const bare = { ...finding!, history: finding!.history.map(({ event, thread, what, lock }) => ({ event, thread, what, lock: lock! })) };
  expect(renderText({ ...transfers(), findings: [bare] }, { verbose: true })).toContain('(left: number of the event)');
});
