/**
 * Reads knowledge, strictly: a file that says something it must not, or is cut off, is refused, for what is missing would pass for what was never
 * seen. What is out of order is put in order.
 * Memory: what the file says, which has at most {@link MOST_FILE} bytes.
 */
import { fail, fieldCount, integer, jsonLine, LineError, record, shown } from '../../trace/jsonl-guards.js';
import { beginsAsKnowledge } from '../../trace/knowledge-start.js';
import { LineSplitter } from '../../trace/line-splitter.js';
import { unpacked } from '../../trace/open.js';
import type { TraceSource } from '../../trace/open.js';
import { TraceError } from '../../trace/trace-error.js';
import { KNOWLEDGE_VERSION, MOST_FILE, MOST_LINE } from './format.js';
import type { Knowledge } from './knowledge.js';
import { KnowledgeRows } from './knowledge-rows.js';

/**
 * The knowledge in a file, gzipped or not.
 * @throws TraceError if it cannot be read, or is no knowledge
 */
export async function readKnowledge(source: TraceSource): Promise<Knowledge> {
  const known = await unpacked(source);
  const { name } = source;
  const head = Buffer.from(known.start).toString('latin1');
  if (!beginsAsKnowledge(head)) {
    const begins = head === '' ? 'it is empty' : `it begins with ${shown(head.slice(0, 16))}`;
    throw new TraceError(name, undefined, `not what lockgraph merge writes: ${begins}, and not with {"lockgraph":"knowledge","version":${KNOWLEDGE_VERSION}}`);
  }
  const reader = new KnowledgeReader(name);
  for await (const chunk of known.chunks) reader.push(chunk);
  return reader.finish();
}

/** Whether a file holds knowledge, or else may be a trace; it is read from `source` after that. @throws TraceError if it cannot be read */
export async function peekKnowledge(file: TraceSource): Promise<{ isKnowledge: boolean; source: TraceSource }> {
  const source = await unpacked(file);
  return { isKnowledge: beginsAsKnowledge(Buffer.from(source.start).toString('latin1')), source };
}

class KnowledgeReader {
  readonly #file: string;
  readonly #rows = new KnowledgeRows();
  readonly #lines: LineSplitter;
  #bytes = 0;
  #count = 0;
  #started = false;
  /** There once the end was read. */
  #knowledge: Knowledge | undefined = undefined;

  constructor(file: string) {
    this.#file = file;
    this.#lines = new LineSplitter(file, (line, number) => this.#line(line, number), MOST_LINE);
  }

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MOST_FILE) throw new TraceError(this.#file, undefined, `it is longer than ${MOST_FILE} bytes, unpacked, the most that is read`);
    this.#lines.push(chunk);
  }

  finish(): Knowledge {
    // The last line may lack its line end.
    const rest = this.#lines.rest();
    if (rest !== undefined && (this.#knowledge !== undefined || isWhole(rest))) this.#line(rest, this.#lines.lines + 1);
    if (this.#knowledge === undefined) throw new TraceError(this.#file, undefined, `it is cut off after line ${this.#lines.lines}: the line {"end":…} is missing`);
    return this.#knowledge;
  }

  #line(line: string, number: number): void {
    try {
      const value = jsonLine(line);
      if (!this.#started) this.#header(value);
      else if (this.#knowledge !== undefined) throw new LineError('nothing may follow the line {"end":…}');
      else if (Array.isArray(value)) {
        this.#rows.take(value);
        this.#count++;
      } else this.#end(value);
    } catch (error) {
      if (error instanceof LineError) throw new TraceError(this.#file, number, error.message);
      throw error;
    }
  }

  #header(value: unknown): void {
    const header = record(value, 'first line');
    if (header['lockgraph'] !== 'knowledge') fail('first line', `{"lockgraph":"knowledge","version":${KNOWLEDGE_VERSION}}`, value);
    if (header['version'] !== KNOWLEDGE_VERSION) fail('version', `${KNOWLEDGE_VERSION}, the one that this lockgraph reads`, header['version']);
    const { complete } = header;
    if (complete !== undefined && typeof complete !== 'boolean') fail('complete', 'true or false', complete);
    if (complete === false) this.#rows.incomplete();
    this.#started = true;
  }

  #end(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('end' in value)) fail('line', 'a row, or {"end":{…}}', value);
    const end = record(value.end, 'end');
    fieldCount(Object.keys(end), 1, 1, '{"end":{"rows":…}}');
    const rows = integer(end['rows'], 'rows', 0);
    if (rows !== this.#count) throw new LineError(`the end tells of ${rows} rows, and there are ${this.#count}`);
    this.#knowledge = this.#rows.knowledge();
  }
}

/** Half a line is the sign of a file that was cut off. */
function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
