import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readKnowledge } from '../../../../packages/lockgraph/src/detect/knowledge/read.js';
import { knowledgeText } from '../../../../packages/lockgraph/src/detect/knowledge/write.js';
import { sourceOf } from './source-of.js';

const header = '{"lockgraph":"knowledge","version":1}';
/** What all rows of the tests can speak of. */
const names = ['["class","A"]', '["class","B"]', '["thread","t"]', '["trace","a.std"]', '["site","a.ts:1"]', '["call","f"]'];
const nestings = ['["nesting",0,[1]]', '["example",0,0,[2],[1]]', '["nesting",1,[0]]', '["example",0,0,[4,4,0,[0]],[3]]'];

function file(...rows: readonly string[]): string {
  return [header, ...rows, `{"end":{"rows":${rows.length}}}`, ''].join('\n');
}

async function refusal(text: string | Uint8Array): Promise<string> {
  return readKnowledge(sourceOf(text, 4096)).then(
    () => 'read',
    (error: unknown) => String(error),
  );
}

describe('a file of knowledge', () => {
  it('may be gzipped, and its rows in any order that defines before it speaks', async () => {
    const rows = [...names.toReversed(), ...nestings, '["profile",[0],[1]]', '["profile",[0],[0]]'];
    const read = await readKnowledge(sourceOf(gzipSync(file(...rows))));
    expect(knowledgeText(read).split('\n')).toContain('["profile",[0],[0]]');
    expect(read.nestings.map(({ wants }) => wants.class)).toEqual(['A', 'B']);
  });

  it('may say things twice', async () => {
    const twice = file(...names, ...nestings, ...nestings, '["profile",[0,0],[0,2]]', '["pattern",[0,1]]', '["pattern",[1,2],[[0,0]]]');
    const { profiles, patterns } = await readKnowledge(sourceOf(twice));
    expect([profiles, patterns]).toEqual([[{ threads: ['t'], nestings: [0] }], [{ nestings: [0, 1] }]]);
  });

  it('may lack the end of its last line, and nothing more', async () => {
    const text = file(...names, ...nestings);
    expect(await refusal(text.slice(0, -1))).toBe('read');
    for (const end of [2, 5, 20, 60]) expect(await refusal(text.slice(0, -end))).toMatch(/^TraceError: known\.jsonl: it is cut off after line \d+: the line \{"end":…\} is missing$/);
  });

  it.each([
    ['it is empty', '', 'known.jsonl: not what lockgraph merge writes: it is empty, and not with'],
    ['it is a trace', '{"lockgraph":"trace","version":1}\n', 'known.jsonl: not what lockgraph merge writes: it begins with'],
    ['it is of another version', '{"lockgraph":"knowledge","version":2}\n', 'known.jsonl:1: version: expected 1, the one that this lockgraph reads, got 2'],
    ['complete is no truth', '{"lockgraph":"knowledge","version":1,"complete":0}\n', 'known.jsonl:1: complete: expected true or false, got 0'],
    ['a line is no JSON', `${header}\n["class"\n`, 'known.jsonl:2: expected a line of JSON, got "[\\"class\\""'],
    ['a line is no row', `${header}\n7\n`, 'known.jsonl:2: line: expected a row, or {"end":{…}}, got 7'],
    ['a row is of no kind', file('["lock","A"]'), 'known.jsonl:2: row: expected class, thread, trace, site, call, nesting, example, profile or pattern, got "lock"'],
    ['the number of rows is wrong', `${header}\n["class","A"]\n{"end":{"rows":2}}\n`, 'known.jsonl:3: the end tells of 2 rows, and there are 1'],
    ['something follows the end', `${file()}["class","A"]\n`, 'known.jsonl:3: nothing may follow the line {"end":…}'],
    ['half a line follows the end', `${file()}["cl`, 'known.jsonl:3: expected a line of JSON, got "[\\"cl"'],
    ['a name is none', file('["class",7]'), 'known.jsonl:2: name of the class: expected a string, got 7'],
    ['a name comes twice', file('["class","A"]', '["class","A"]'), 'known.jsonl:3: the class "A" is defined twice'],
    ['a mark is unknown', file('["class","A","many"]'), 'known.jsonl:2: third field: expected "several", or nothing, got "many"'],
    ['a class is not there', file(...names, '["nesting",2,[0]]'), 'known.jsonl:8: class: expected the number of a row before it, from 0 to 1, got 2'],
    ['a class has no number', file(...names, '["nesting",0.5,[0]]'), 'known.jsonl:8: class: expected the number of a row before it, from 0 to 1, got 0.5'],
    ['a class is __proto__', file(...names, '["nesting","__proto__",[0]]'), 'known.jsonl:8: class: expected the number of a row before it, from 0 to 1, got "__proto__"'],
    ['a mode is unknown', file(...names, '["nesting",[0,"exclusive"],[1]]'), 'known.jsonl:8: mode: expected shared or upgradable, got "exclusive"'],
    ['nothing is held', file(...names, '["nesting",0,[]]'), 'known.jsonl:8: the held classes: expected at least one'],
    ['the wanted class is held', file(...names, '["nesting",0,[0,1]]'), 'known.jsonl:8: the class "A" is both wanted and held'],
    ['a class is held twice', file(...names, '["nesting",0,[1,1]]'), 'known.jsonl:8: the held classes: "B" must not come after "B"'],
    ['a nesting has no example', file(...names, '["nesting",0,[1]]', '["profile",[0],[0]]'), 'known.jsonl:9: the nesting before has no example'],
    ['the last nesting has no example', file(...names, '["nesting",0,[1]]'), 'known.jsonl:9: the nesting before has no example'],
    ['an example has no nesting', file(...names, '["example",0,0,[1],[1]]'), 'known.jsonl:8: an example must come after its nesting'],
    ['an example lacks a place', file(...names, '["nesting",0,[1]]', '["example",0,0,[1]]'), 'known.jsonl:9: expected ["example",thread,trace,requestedAt,acquiredAt,…] with 1 of the last, one for each held class, got 4 fields'],
    ['a place is none', file(...names, '["nesting",0,[1]]', '["example",0,0,[1],[0,"x"]]'), 'known.jsonl:9: line: expected an integer from 1 to 9007199254740991, got "x"'],
    ['a profile speaks of what is not there', file(...names, ...nestings, '["profile",[0],[2]]'), 'known.jsonl:12: nesting: expected the number of a row before it, from 0 to 1, got 2'],
    ['a pattern has one nesting', file(...names, ...nestings, '["pattern",[0]]'), 'known.jsonl:12: nestings of the pattern: expected at least two, all different, got [0]'],
    ['a pattern has a nesting twice', file(...names, ...nestings, '["pattern",[1,1]]'), 'known.jsonl:12: nestings of the pattern: expected at least two, all different, got [1,1]'],
    ['a pattern lacks a thread', file(...names, ...nestings, '["pattern",[0,1],[[0]]]'), 'known.jsonl:12: threads that are kept apart: expected 2 of them, one for each nesting, got [0]'],
  ])('is refused if %s', async (_what, text, message) => {
    expect(await refusal(text)).toContain(message);
  });

  it('is refused if a line of it never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${header}\n["class","`);
      for (;;) yield Buffer.alloc(1_048_576, 'a');
    }
    await expect(readKnowledge({ name: 'known.jsonl', chunks: endless() })).rejects.toThrow('known.jsonl:2: the line is longer than 33554432 bytes, the most that is read');
  });

  it('is refused if it never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${header}\n`);
      for (;;) yield Buffer.from(`["profile",[],[${' '.repeat(4_000_000)}]]\n`);
    }
    await expect(readKnowledge({ name: 'known.jsonl', chunks: endless() })).rejects.toThrow('known.jsonl: it is longer than 268435456 bytes, unpacked, the most that is read');
  });
});
