import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BinaryReader } from '../../../packages/lockgraph/src/trace/binary-reader.js';
import { BinaryWriter } from '../../../packages/lockgraph/src/trace/binary-writer.js';
import { EventKind, Mode } from '../../../packages/lockgraph/src/trace/event.js';
import { KIND_NAMES, MODE_NAMES } from '../../../packages/lockgraph/src/trace/jsonl-format.js';
import { Registry } from '../../../packages/lockgraph/src/trace/registry.js';
import { Witness } from './rows.js';

const document = readFileSync(new URL('../../../docs/binary-trace-format.md', import.meta.url), 'utf8');
const text = /```lgb\n([^`]*)```/.exec(document)![1]!;

/** The bytes of the example: text in single quotes, bytes in hexadecimal, comments after `#`. */
function bytes(): Buffer {
  const tokens = text.split('\n').flatMap((line) => line.replace(/#.*/, '').match(/'[^']*'|[0-9a-f]{2}/g) ?? []);
  return Buffer.concat(tokens.map((token) => (token.startsWith("'") ? Buffer.from(token.slice(1, -1)) : Buffer.from(token, 'hex'))));
}

describe('the example in docs/binary-trace-format.md', () => {
  it('says what is written beside it', () => {
    const witness = new Witness();
    const registry = new Registry();
    const reader = new BinaryReader('example', witness, registry);
    reader.push(bytes());
    expect(reader.finish()).toEqual({
      format: 'binary',
      generator: 'an example',
      events: 4,
      dropped: 1,
      cutOff: false,
      unreadBytes: 0,
      complete: false,
      accessesRecorded: false,
    });
    const at = { thread: 0, object: 0, mode: Mode.exclusive, call: 0, operation: 0, a: 0, b: 0 };
    expect(witness.rows).toEqual([
      { ...at, event: 1, kind: EventKind.acquire, call: 1 },
      { ...at, event: 2, kind: EventKind.write },
      { ...at, event: 4, kind: EventKind.release },
    ]);
    expect([registry.threads.name(0), registry.lock(0).name, registry.variables.name(0)]).toEqual(['t0', 'm', 'x']);
    expect([registry.calls.stack(1), registry.calls.site(1)]).toEqual([['main'], 'a.c:7']);
  });

  it('is what the writer writes', () => {
    const pieces: Uint8Array[] = [];
    const registry = new Registry();
    const writer = new BinaryWriter(registry, (piece) => pieces.push(piece), 'an example');
    const reader = new BinaryReader('example', writer, registry);
    reader.push(bytes());
    writer.close();
    expect(Buffer.concat(pieces)).toEqual(bytes());
  });
});

describe('the tables in docs/binary-trace-format.md', () => {
  it('have every kind of event and every mode under its number', () => {
    const cells = [...document.matchAll(/\| (\d+) \| `(\w+)` (?=\|)/g)].map(([, number, name]) => [name!, Number(number)] as const);
    const kinds = new Map(cells.filter(([name]) => KIND_NAMES.includes(name) && !isMode(name)));
    for (const [name, code] of Object.entries(EventKind)) if (!isMode(name)) expect([name, kinds.get(name)]).toEqual([name, code]);
    for (const [name, code] of [...Object.entries(Mode), ['join', EventKind.join] as const]) expect(cells).toContainEqual([name, code]);
  });
});

/** `join` is both. */
function isMode(name: string): boolean {
  return MODE_NAMES.includes(name);
}
