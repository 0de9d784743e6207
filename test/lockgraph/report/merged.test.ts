import { describe, expect, it } from 'vitest';
import { analyseKnowledge } from '../../../packages/lockgraph/src/detect/known-order.js';
import { mergeKnowledge } from '../../../packages/lockgraph/src/detect/knowledge/merge.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { nest, shown } from '../detect/knowledge/shown.js';

const open = shown('open', (run) => {
  run.enter('main', 'transfer', 'src/bank.ts:14:5');
  nest(run, 'main', 'account', 'ledger');
});
const close = shown('close\u001b[31m', (run) => nest(run, 'main', 'ledger', 'account'));

describe('the report on what many runs have shown', () => {
  it('tells of each place its run, and nothing of an order of events in different runs', () => {
    const text = renderText(analyseKnowledge(mergeKnowledge([open, close]), 'known.jsonl'), { verbose: true });
    expect(text).toBe(`lock-order (possible)  main and another main can come to wait for each other: main takes ledger then
                       account, another main takes account then ledger

  main
    wants  account  at event 4 of close\\u001b[31m
    holds  ledger   since event 2 of close\\u001b[31m
  another main
    wants  ledger   src/bank.ts:14:5  event 4 of open
           transfer
    holds  account  src/bank.ts:14:5  event 2 of open
           transfer

What would have to happen
     main               another main
  1  locks ledger
  2                     locks account
  3  waits for account
  4                     waits for ledger

The locks are classes, and the threads may be of several runs: it happens where the threads meet and
share instances of these classes.

1 finding (possible lock-order) in known.jsonl: 2 threads and 2 locks watched.
`);
  });

  it('says that nothing was found', () => {
    expect(renderText(analyseKnowledge(open, 'known.jsonl'))).toBe('No finding in known.jsonl: 1 thread and 2 locks watched.\n');
    expect(renderText(analyseKnowledge(mergeKnowledge([]), 'known.jsonl'))).toBe('No finding in known.jsonl: 0 threads and 0 locks watched.\n');
  });
});
