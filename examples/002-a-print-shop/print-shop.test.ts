import { assertNoFindings, describe as say } from 'lockgraph';
import { expect, test } from 'vitest';
import { bookInOneGo, bookInTwoSteps } from './book.js';
import { badDay, day } from './day.js';

test('a day on which one goes on until it must wait is fine, so the bug is not seen', async () => {
  const { outcome, booked, stored } = await day(bookInTwoSteps, 'in-order');
  expect(outcome).toBe('finished');
  expect(booked).toBe(stored);
});

test('lockgraph finds a day on which all stand still, and the entry that was lost before', async () => {
  const found = await badDay(bookInTwoSteps);
  expect(found).toMatchObject({ seed: 0, outcome: 'stopped' });
  expect(found!.analysis.findings.map(say)).toEqual([
    'the book said 5 reams and is set to 6, reckoned from 8 (in call 1, print(job 1, reams 2))',
    'nothing can run any more: press 1 waits for a pallet in the store, press 2 waits for a pallet in the store, ' +
      'keeper waits for a new entry in the book and owner waits for press 1 to end',
  ]);
  expect(() => assertNoFindings(found!.analysis)).toThrow('while (this.#reams < reams) await this.#arrived.wait(thread, this.#lock)');
});

test('the note blames the call that made the lost entry', async () => {
  const { analysis } = (await badDay(bookInTwoSteps))!;
  const note = analysis.findings.find(({ kind }) => kind === 'shop/lost-entry')!;
  const [blamed] = note.history;
  expect(blamed).toMatchObject({ thread: 'press 1', operation: 'print #2', arguments: { job: 2, reams: 3 }, first: true });
});

test('the schedule of that day leads to the same findings again', async () => {
  const found = (await badDay(bookInTwoSteps))!;
  const again = await day(bookInTwoSteps, { schedule: found.schedule });
  expect(again.analysis).toEqual(found.analysis);
});

test('a lost entry is found on a day that ends well, too', async () => {
  const { outcome, analysis, booked, stored } = await day(bookInTwoSteps, { seed: 4 });
  expect(outcome).toBe('finished');
  expect(analysis.findings.map(({ kind }) => kind)).toEqual(['shop/lost-entry']);
  expect([booked, stored]).toEqual([8, 4]);
});

test('with a look and an entry in one go, no day of a hundred goes wrong', async () => {
  expect(await badDay(bookInOneGo)).toBeUndefined();
});
