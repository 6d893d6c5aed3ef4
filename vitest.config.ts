import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A machine with other work may be many times slower than a quiet one; a limit is there for what hangs. */
const hangsMs = 300_000;

/** Tests that build wait for sandboxes and for the disk three quarters of their time; one worker fewer than processors, as Vitest has it, leaves them idle. */
const maxWorkers = availableParallelism() + 2;

/** They put a module of their own in place of another, which must not be loaded before. */
const alone = ['lib/engine/many-files.test.ts', 'lib/repo/hostile-tree.test.ts'];

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    environment: 'node',
    maxWorkers,
    testTimeout: hangsMs,
    hookTimeout: hangsMs,
    teardownTimeout: hangsMs,
    expect: { poll: { timeout: hangsMs } },
    setupFiles: ['scripts/own-environment.ts'],
    projects: [
      {
        extends: true,
        test: {
          // many files share one process, whose start costs more than most of their tests
          name: 'together',
          include: ['{components,lib,scripts}/**/*.test.ts', 'overlays/*.test.ts'],
          // `npm run fidelity` runs its own, which need data that does not lie in the project
          exclude: [...alone, 'scripts/fidelity/**'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
