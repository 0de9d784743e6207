import { expect, test } from 'vitest';
import { CallLogBuilder } from '../../../packages/alloc-model/src/trace/call-log-builder.js';
import { unsized } from '../../../packages/alloc-model/src/trace/unsized.js';
import { callLogText } from '../../../packages/alloc-model/src/trace/write.js';

const ALIGN_64_ZERO = 0x46;
const TCACHE_NONE = 0x100;

const log = new CallLogBuilder('sized');
log.mallocx(1, 48, ALIGN_64_ZERO | TCACHE_NONE, 0);
log.rallocx(1, 2, 96, 0, 1);
log.sdallocx(2, 32, TCACHE_NONE, 0);
log.mallocx(3, 10, 0, 0);
log.dallocx(3, 0, 0);
log.texit(1);

test('frees without sizes, and has of the flags what malloc has too', () => {
  expect([...callLogText(unsized(log.build()))].join('')).toBe(`mallocx 1 48 ${ALIGN_64_ZERO}
rallocx 1 2 96 0 t1
dallocx 2 0
mallocx 3 10 0
dallocx 3 0
texit t1
`);
});

test('leaves the log itself as it was', () => {
  const before = log.build();
  unsized(before);
  expect(before).toEqual(log.build());
});
