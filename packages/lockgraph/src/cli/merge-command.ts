/** `lockgraph merge`: traces and merged files in, what all of them show of the order of lock classes out. Memory: what is known. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Knowledge } from '../detect/knowledge/knowledge.js';
import { KnowledgeMerge } from '../detect/knowledge/merge.js';
import { peekKnowledge, readKnowledge } from '../detect/knowledge/read.js';
import { knowledgeText } from '../detect/knowledge/write.js';
import { Monitor } from '../detect/monitor.js';
import { escapeText } from '../report/escape.js';
import { EventStore } from '../trace/event-store.js';
import { readTrace, traceFile } from '../trace/open.js';
import type { TraceSource } from '../trace/open.js';
import { Registry } from '../trace/registry.js';
import { isSameFile } from '../trace/same-file.js';
import { FileOutput, GzipOutput, StreamOutput } from './convert-output.js';
import type { TraceOutput } from './convert-output.js';
import { InputError, inputError } from './input-error.js';
import { mergeHelp, parseMerge } from './merge-options.js';
import type { MergeOptions } from './merge-options.js';
import type { Streams } from './streams.js';
import { traceRemarks } from './trace-remarks.js';
import { UsageError } from './usage-error.js';

/** @returns the exit code. Nothing is written before all inputs are read. */
export async function mergeCommand(words: readonly string[], streams: Streams): Promise<number> {
  const options = parseMerge(words);
  if (options === undefined) {
    streams.stdout.write(mergeHelp);
    return 0;
  }
  const merge = new KnowledgeMerge();
  for (const input of options.inputs) {
    try {
      const knowledge = await knowledgeIn(input, options, streams);
      // What is known of very many locks takes seconds in each of these steps; a signal is heard between them.
      await turn();
      merge.add(knowledge);
      await turn();
    } catch (error) {
      throw inputError(input, error);
    }
  }
  const merged = merge.knowledge();
  await turn();
  const text = textOf(merged, options);
  await turn();
  write(text, options, streams);
  return 0;
}

async function knowledgeIn(input: string, { output, lenient }: MergeOptions, { stdin, stderr }: Streams): Promise<Knowledge> {
  const { isKnowledge, source } = await peekKnowledge(input === '-' ? { name: input, chunks: stdin } : traceFile(input));
  if (isKnowledge) return readKnowledge(source);
  const file = input === '-' ? stdin.fd : input;
  if (output !== undefined && file !== undefined && isSameFile(output, file)) {
    throw new UsageError(`${output} is a trace to read, and -o would replace it; give what is merged another name`);
  }
  const name = input === '-' ? 'standard input' : input;
  const { knowledge, remarks } = await knowledgeOf(source, name, lenient);
  for (const line of remarks) stderr.write(`lockgraph: ${escapeText(line)}\n`);
  return knowledge;
}

async function knowledgeOf(trace: TraceSource, name: string, lenient: boolean): Promise<{ knowledge: Knowledge; remarks: string[] }> {
  const registry = new Registry();
  const position = { line: 0 };
  const store = new EventStore(position);
  try {
    const monitor = new Monitor({ registry, store });
    const summary = await readTrace(trace, monitor, registry, position, { lenient });
    monitor.finish();
    const knowledge = monitor.knowledge(name);
    const complete = knowledge.complete && summary.complete && (summary.skipped ?? 0) === 0;
    return { knowledge: { ...knowledge, complete }, remarks: traceRemarks(name, summary) };
  } finally {
    store.close();
  }
}

function textOf(knowledge: Knowledge, { output }: MergeOptions): string {
  try {
    return knowledgeText(knowledge);
  } catch (error) {
    throw error instanceof RangeError ? new InputError(`${output ?? 'standard output'}: ${error.message}`) : error;
  }
}

function write(text: string, { output, gzip }: MergeOptions, { stdout }: Streams): void {
  const to = outputOf(output, gzip, stdout);
  try {
    to.write(text);
    to.commit();
  } catch (error) {
    to.discard();
    throw error;
  }
}

function outputOf(output: string | undefined, gzip: boolean, stdout: Streams['stdout']): TraceOutput {
  if (output === undefined) return new StreamOutput(stdout);
  return gzip ? new GzipOutput(new FileOutput(output)) : new FileOutput(output);
}
