/**
 * What the event loop says of threads that await something outside of the simulation. A simulation runs in microtasks alone, so:
 * when they are drained and a thread has come to no scheduling point, it awaits a timer, I/O, or a promise that somebody else settles.
 * While all others stand still, it may come back. It will not when the event loop is empty (`beforeExit`): certain. In a test runner the
 * loop is never empty; there, nothing can wake it as far as can be seen once no timer runs and nothing is open that was not
 * open before the simulation, for a second on end.
 */

export interface EventLoopListener {
  /** The microtasks are drained. */
  drained(): void;
  /** Now and then while at rest: somebody may have been enabled. */
  tick(): void;
  /** Nothing that could wake a thread is left; `certain`, or as far as can be seen. */
  hopeless(certain: boolean): void;
}

const PERIOD_MS = 10;
/** Ticks rather than a clock: a process that was stopped, or was busy, has not waited. */
const GRACE_TICKS = 100;

// Taken now: a test may put fake timers in their place later.
const startTimer = setInterval;
const stopTimer = clearInterval;
const afterMicrotasks = process.nextTick;
const afterTurn = setImmediate;

export class EventLoopWatch {
  readonly #listener: EventLoopListener;
  readonly #before = resources();
  #armed = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  #quietTicks = 0;

  constructor(listener: EventLoopListener) {
    this.#listener = listener;
  }

  /** Asks to hear when the microtasks are drained. */
  arm(): void {
    this.stop();
    if (this.#armed) return;
    this.#armed = true;
    // From a macrotask, a tick comes before the microtasks; from a microtask, after all of them.
    queueMicrotask(() => afterMicrotasks(this.#onDrained));
  }

  /** Calls back after the event loop has had a turn: its timers that are due, and its I/O. */
  turn(callback: () => void): void {
    afterTurn(callback);
  }

  /** Nobody runs: wait for the world outside. */
  rest(): void {
    if (this.#timer !== undefined) return;
    this.#quietTicks = 0;
    this.#timer = startTimer(this.#onTick, PERIOD_MS);
    this.#timer.unref();
    process.on('beforeExit', this.#onEmpty);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    stopTimer(this.#timer);
    this.#timer = undefined;
    process.off('beforeExit', this.#onEmpty);
  }

  readonly #onDrained = (): void => {
    this.#armed = false;
    this.#listener.drained();
  };

  readonly #onTick = (): void => {
    this.#quietTicks = this.#mayWake() ? 0 : this.#quietTicks + 1;
    this.#listener.tick();
    if (this.#timer !== undefined && this.#quietTicks >= GRACE_TICKS) this.#listener.hopeless(false);
  };

  readonly #onEmpty = (): void => this.#listener.hopeless(true);

  #mayWake(): boolean {
    for (const [type, count] of resources()) {
      if (type === 'Timeout' || type === 'Immediate' || count > (this.#before.get(type) ?? 0)) return true;
    }
    return false;
  }
}

/** What keeps the event loop alive, counted by type. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}
