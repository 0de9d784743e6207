/** What the simulation says about itself: a finding for each kind of note. The first is its evidence, the others are counted. */
import type { CallId, Note, OperationNumber, ThreadId } from '../trace/event.js';
import type { Registry } from '../trace/registry.js';
import { findingId } from './finding-id.js';
import type { Findings } from './findings.js';
import type { History } from './history.js';
import { findingKindOf } from './note-kind.js';
import type { Places } from './places.js';

export class NoteDetector {
  readonly #registry: Registry;
  readonly #findings: Findings;
  readonly #places: Places;
  readonly #history: History;

  constructor(registry: Registry, findings: Findings, places: Places, history: History) {
    this.#registry = registry;
    this.#findings = findings;
    this.#places = places;
    this.#history = history;
  }

  note(event: number, thread: ThreadId, call: CallId, operation: OperationNumber, note: Note): void {
    const kind = findingKindOf(note.kind);
    const key = `note ${kind}`;
    if (this.#findings.seenAgain(key) !== undefined) return;
    const name = this.#registry.threads.name(thread);
    const entry = this.#places.note(event, thread, call, operation, note);
    this.#findings.add(key, {
      id: findingId(kind, [name, this.#places.stackText(call)]),
      kind,
      evidence: 'observed',
      threads: [name],
      locks: [],
      cycle: [],
      history: this.#history.build({
        locks: new Map(),
        operations: new Set(),
        known: [...this.#history.blamed(note), entry],
      }),
      count: 1,
    });
  }
}
