/** Fires every `nticks` + 1 ticks. Several at once fire it too, and the rest is forgotten. */
export class Ticker {
  readonly #nticks: number;
  #tick: number;

  constructor(nticks: number) {
    this.#nticks = nticks;
    this.#tick = nticks;
  }

  /** Whether it fires now. */
  ticks(n: number): boolean {
    if (this.#tick < n) {
      this.#tick = this.#nticks;
      return true;
    }
    this.#tick -= n;
    return false;
  }
}
