/** A day in the shop as a simulation, and a search for a day that goes wrong. */
import { type RunResult, type SchedulePolicy, Simulation } from 'lockgraph';
import type { Booking } from './book.js';
import { Shop } from './shop.js';

export interface Day extends RunResult {
  /** At the end of the day: what the book says, and what lies in the store. */
  readonly booked: number;
  readonly stored: number;
}

export async function day(enter: Booking, schedule: SchedulePolicy): Promise<Day> {
  const simulation = new Simulation({ name: 'a day in the print shop', schedule });
  const shop = new Shop(simulation.monitor, enter);
  const presses = [
    simulation.spawn('press 1', (thread) => shop.press(thread, [3, 1, 4, 1])),
    simulation.spawn('press 2', (thread) => shop.press(thread, [2, 4, 2, 3])),
  ];
  simulation.spawn('keeper', (thread) => shop.keep(thread));
  simulation.spawn('owner', (thread) => shop.close(thread, presses));
  const run = await simulation.run();
  return { ...run, booked: shop.book.reams, stored: shop.store.reams };
}

/** The first of a hundred days on which lockgraph finds something; undefined if there is none. */
export async function badDay(enter: Booking): Promise<(Day & { readonly seed: number }) | undefined> {
  for (let seed = 0; seed < 100; seed++) {
    const today = await day(enter, { seed });
    if (today.analysis.findings.length > 0) return { ...today, seed };
  }
  return undefined;
}
