import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['lib/**/*.test.ts', 'components/**/*.test.ts', 'overlays/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
  },
});
