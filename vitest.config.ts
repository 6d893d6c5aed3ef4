import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A machine with other work may be many times slower than a quiet one; a limit is there for what hangs. */
const hangsMs = 300_000;

/** Tests that build wait for sandboxes and for the disk three quarters of their time; one worker fewer than processors, as Vitest has it, leaves them idle. */
const maxWorkers = availableParallelism() + 2;

/** Folders whose code has no state and no machine: many files share one process, whose start costs more than their tests. */
const pure = ['lib/{api,design,layout,pms,resolve}/**/*.test.ts', 'components/**/*.test.ts'];

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    environment: 'node',
    maxWorkers,
    testTimeout: hangsMs,
    hookTimeout: hangsMs,
    teardownTimeout: hangsMs,
    expect: { poll: { timeout: hangsMs } },
    projects: [
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
      {
        extends: true,
        test: {
          name: 'machine',
          include: ['lib/**/*.test.ts', 'overlays/*.test.ts', 'scripts/**/*.test.ts'],
          // `npm run fidelity` runs its own, which need data that does not lie in the project
          exclude: [...pure, 'scripts/fidelity/**'],
        },
      },
    ],
  },
});
