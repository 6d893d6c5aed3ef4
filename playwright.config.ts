import { defineConfig } from '@playwright/test';

/** Chromium of the machine; Playwright's own download is not used. */
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: 'e2e',
  // the longest file first: begun last it would run alone at the end
  projects: [
    { name: 'longest', testMatch: 'starter.spec.ts' },
    { name: 'others', testMatch: '*.spec.ts', testIgnore: 'starter.spec.ts' },
  ],
  // files side by side, each with a server and a data folder of its own
  workers: 2,
  // a machine with other work may be many times slower than a quiet one; limits are there for what hangs
  timeout: 1_800_000,
  // a busy machine may starve one journey; a second failure is a real one, and the report says which were flaky
  retries: process.env.CI ? 1 : 0,
  expect: { timeout: 180_000 },
  reporter: process.env.CI ? [['list']] : 'list',
  use: {
    viewport: { width: 1360, height: 900 },
    actionTimeout: 180_000,
    // without a GPU, animation would take the processor from the builds that the journeys wait for
    contextOptions: { reducedMotion: 'reduce' },
    // a trace of each step would cost half of the processor; the second try of a failed journey is recorded
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
