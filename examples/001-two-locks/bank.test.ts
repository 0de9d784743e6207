import { readFileSync } from 'node:fs';
import { renderText } from 'lockgraph';
import { expect, test } from 'vitest';
import { orderedTransfer, transfer } from './bank.js';
import { crossingTransfers } from './simulate.js';

test('one transfer after the other works, and the report says what could have happened', async () => {
  const run = await crossingTransfers(transfer, 'in-order');
  expect(run.outcome).toBe('finished');
  expect(run.analysis.findings.map(({ kind, evidence }) => [kind, evidence])).toEqual([['lock-order', 'possible']]);
  expect(run.balances).toEqual([115, 85]);
});

test('when the transfers take turns, both stand still, and the report says why', async () => {
  const run = await crossingTransfers(transfer, 'round-robin');
  expect(run.outcome).toBe('stopped');
  expect(run.analysis.findings.map((finding) => finding.kind)).toEqual(['deadlock']);
  expect(renderText(run.analysis)).toBe(readFileSync(new URL('expected.txt', import.meta.url), 'utf8'));
});

test('the schedule of that run leads there again', async () => {
  const { schedule } = await crossingTransfers(transfer, 'round-robin');
  const again = await crossingTransfers(transfer, { schedule });
  expect(again.outcome).toBe('stopped');
});

test('with the locks in one order, no schedule of a hundred stands still', async () => {
  for (let seed = 0; seed < 100; seed++) {
    const run = await crossingTransfers(orderedTransfer, { seed });
    expect(run.analysis.findings).toEqual([]);
    expect(run.balances).toEqual([115, 85]);
  }
});
