/** `alloc-model replay TRACE`: how a program's allocator calls end, and why. */
import { type EventSink, failsAt, type Registry, renderText, JsonlWriter } from 'lockgraph';
import { LockEventWriter } from '../lab/replay/lock-events.js';
import { replay, type Replay } from '../lab/replay/replay.js';
import { readCallLogFile } from '../trace/read.js';
import { replayFacts } from '../report/replay-facts.js';
import type { Output, Streams } from './output.js';
import type { Outputs } from './outputs.js';
import { printResult } from './print.js';
import { parseReplay, type ReplayCommand, replayHelp } from './replay-options.js';
import { viewFor } from './text-view.js';

/** @returns the exit code @throws UsageError, CallLogError */
export async function replayCommand(words: readonly string[], { stdout }: Streams): Promise<number> {
  const command = parseReplay(words);
  if (command === undefined) {
    stdout.write(replayHelp);
    return 0;
  }
  const { trace, output, settings, format, failOn } = command;
  let failed = false;
  await printResult({ inputs: [trace], output }, stdout, async (outputs) => {
    const files = eventFiles(command, outputs);
    const log = await readCallLogFile(trace);
    const outcome = await replay(log, { ...settings, overlaps: true, sinks: files.sinks });
    files.close();
    failed = failOn !== undefined && failsAt(outcome.analysis, failOn);
    return format === 'json' ? `${JSON.stringify(outcome.result, undefined, 2)}\n` : told(outcome, command, stdout);
  });
  return failed ? 1 : 0;
}

interface EventFiles {
  /** Who writes them, for the registry of the run. */
  readonly sinks: (registry: Registry) => EventSink[];
  /** All events are written. @throws UsageError if one could not be, for a failure must not reach the run itself */
  readonly close: () => void;
}

/** Opens the files of a run's events. */
function eventFiles({ record, lockEvents }: ReplayCommand, outputs: Outputs): EventFiles {
  const trace = record === undefined ? undefined : outputs.open(record);
  const events = lockEvents === undefined ? undefined : outputs.open(lockEvents);
  let writer: JsonlWriter | undefined;
  return {
    sinks: (registry) => {
      if (trace !== undefined) writer = new JsonlWriter(registry, trace);
      return [...(writer === undefined ? [] : [writer]), ...(events === undefined ? [] : [new LockEventWriter(registry, events)])];
    },
    close: () => writer?.close(),
  };
}

function told(run: Replay, command: ReplayCommand, stdout: Output): string {
  const { result, analysis } = run;
  const view = viewFor(stdout, command.output);
  const report = renderText(analysis, {
    verbose: command.verbose,
    calls: result.calls,
    style: view.style,
    ...(view.columns === undefined ? {} : { width: view.columns }),
  });
  return `${report}${replayFacts(run, view)}\n`;
}
