/** `alloc-model replay TRACE`: how a program's allocator calls end, and why. */
import process from 'node:process';
import { type EventSink, failsAt, type Registry, renderText, styleFor, TraceWriter } from 'lockgraph';
import { LockEventWriter } from '../lab/lock-events.js';
import { replay, type Replay } from '../lab/replay.js';
import { readCallLogFile } from '../trace/read.js';
import { Outputs } from './outputs.js';
import { replayFacts } from './replay-facts.js';
import { parseReplay, type ReplayCommand, replayHelp } from './replay-options.js';

/** @returns the exit code @throws UsageError, CallLogError */
export async function replayCommand(words: readonly string[]): Promise<number> {
  const command = parseReplay(words);
  if (command === undefined) {
    process.stdout.write(replayHelp);
    return 0;
  }
  const log = await readCallLogFile(command.trace);
  const outputs = new Outputs();
  try {
    const outcome = await replay(log, { ...command, overlaps: true, sinks: (registry) => sinksOf(command, registry, outputs) });
    const text = command.format === 'json' ? `${JSON.stringify(outcome.result, undefined, 2)}\n` : told(outcome, command);
    if (command.output !== undefined) outputs.open(command.output)(text);
    outputs.keep();
    if (command.output === undefined) process.stdout.write(text);
    return command.failOn !== undefined && failsAt(outcome.analysis, command.failOn) ? 1 : 0;
  } finally {
    outputs.discard();
  }
}

function sinksOf({ record, lockEvents }: ReplayCommand, registry: Registry, outputs: Outputs): EventSink[] {
  const sinks: EventSink[] = [];
  if (record !== undefined) sinks.push(new TraceWriter(registry, outputs.open(record)));
  if (lockEvents !== undefined) sinks.push(new LockEventWriter(registry, outputs.open(lockEvents)));
  return sinks;
}

function told({ result, analysis }: Replay, command: ReplayCommand): string {
  const terminal = command.output === undefined ? process.stdout : {};
  const report = renderText(analysis, {
    verbose: command.verbose,
    calls: result.calls,
    style: styleFor(terminal, process.env),
  });
  return `${report}${replayFacts(result)}\n`;
}
