/** `alloc-model replay TRACE`: how a program's allocator calls end, and why. */
import { env } from 'node:process';
import { type EventSink, failsAt, plainStyle, type Registry, renderText, styleFor, JsonlWriter } from 'lockgraph';
import { LockEventWriter } from '../lab/lock-events.js';
import { replay, type Replay } from '../lab/replay.js';
import { readCallLogFile } from '../trace/read.js';
import type { Output } from './output.js';
import { Outputs } from './outputs.js';
import { replayFacts } from './replay-facts.js';
import { parseReplay, type ReplayCommand, replayHelp } from './replay-options.js';

/** @returns the exit code @throws UsageError, CallLogError */
export async function replayCommand(words: readonly string[], stdout: Output): Promise<number> {
  const command = parseReplay(words);
  if (command === undefined) {
    stdout.write(replayHelp);
    return 0;
  }
  const log = await readCallLogFile(command.trace);
  const outputs = new Outputs();
  try {
    const outcome = await replay(log, {
      ...command.settings,
      allocator: command.allocator,
      overlaps: true,
      sinks: (registry) => sinksOf(command, registry, outputs),
    });
    const text = command.format === 'json' ? `${JSON.stringify(outcome.result, undefined, 2)}\n` : told(outcome, command, stdout);
    if (command.output !== undefined) outputs.open(command.output)(text);
    outputs.keep();
    if (command.output === undefined) stdout.write(text);
    return command.failOn !== undefined && failsAt(outcome.analysis, command.failOn) ? 1 : 0;
  } finally {
    outputs.discard();
  }
}

function sinksOf({ record, lockEvents }: ReplayCommand, registry: Registry, outputs: Outputs): EventSink[] {
  const sinks: EventSink[] = [];
  if (record !== undefined) sinks.push(new JsonlWriter(registry, outputs.open(record)));
  if (lockEvents !== undefined) sinks.push(new LockEventWriter(registry, outputs.open(lockEvents)));
  return sinks;
}

function told({ result, analysis }: Replay, command: ReplayCommand, stdout: Output): string {
  const printed = command.output === undefined;
  const report = renderText(analysis, {
    verbose: command.verbose,
    calls: result.calls,
    style: printed ? styleFor(stdout, env) : plainStyle,
    ...(printed && stdout.columns !== undefined ? { width: stdout.columns } : {}),
  });
  return `${report}${replayFacts(result)}\n`;
}
