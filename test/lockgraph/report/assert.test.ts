import { describe, expect, it } from 'vitest';
import { assertNoFindings } from '../../../packages/lockgraph/src/report/assert.js';
import { renderText } from '../../../packages/lockgraph/src/report/text.js';
import { analysisOf, transfers } from './analyses.js';

describe('assertNoFindings', () => {
  it('throws the text report', () => {
    expect(() => assertNoFindings(transfers())).toThrow(renderText(transfers()).trimEnd());
  });

  it('accepts an analysis without findings', () => {
    expect(() => assertNoFindings(analysisOf([]))).not.toThrow();
  });
});
