import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

// Workers load this file again: they must get the folder and port of the first.
process.env.E2E_HOME ??= mkdtempSync(join(tmpdir(), 'prefix-studio-e2e-'));
process.env.E2E_PORT ??= String(20_000 + (process.pid % 20_000));
const url = `http://127.0.0.1:${process.env.E2E_PORT}`;

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: false,
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'line',
  globalTeardown: './e2e/remove-data.ts',
  use: {
    baseURL: url,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: `node bin/prefix-studio.mjs serve --port ${process.env.E2E_PORT}`,
    url: `${url}/api/health`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 8_000 },
    env: { PREFIX_STUDIO_HOME: process.env.E2E_HOME, DATABASE_URL: '' },
  },
});
