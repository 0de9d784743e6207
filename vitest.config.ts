import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'test/fixtures/**'],
    // Some steps, such as the examples, may have no test of their own yet.
    passWithNoTests: true,
    testTimeout: 20_000,
  },
});
