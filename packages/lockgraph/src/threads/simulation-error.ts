/** A simulation is used in a way that it cannot follow, or cannot go on. The message says what to do. */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError';
}

/** A schedule does not parse, or does not fit the program. The message says at which step. */
export class ScheduleError extends SimulationError {
  override readonly name: string = 'ScheduleError';
}
