import { skippedSuitesReporter } from '@jetbridge/testing/skipped-suites-reporter.ts';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/{src,tests}/**/*.test.ts',
      '*-service/{src,tests}/**/*.test.ts',
      'api-gateway/{src,tests}/**/*.test.ts',
      'e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    reporters: ['default', skippedSuitesReporter()],
    // Test files start servers and whole services: a process each, and not more of them than a small machine can feed.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
