import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** A machine with other work may be many times slower than a quiet one; a limit is there for what hangs. */
const hangsMs = 300_000;

/** Tests that build wait for sandboxes and for the disk three quarters of their time; one worker fewer than processors, as Vitest has it, leaves them idle. */
const maxWorkers = availableParallelism() + 2;

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['lib/**/*.test.ts', 'components/**/*.test.ts', 'overlays/*.test.ts', 'scripts/**/*.test.ts'],
    // needs data that does not lie in the project; `npm run fidelity` runs them
    exclude: ['scripts/fidelity/**'],
    environment: 'node',
    maxWorkers,
    testTimeout: hangsMs,
    hookTimeout: hangsMs,
    teardownTimeout: hangsMs,
  },
});
