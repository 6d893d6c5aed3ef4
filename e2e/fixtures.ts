import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect, type Page } from '@playwright/test';
import { watchErrors } from './page-errors';
import { StudioServer } from './studio-server';

const project = join(import.meta.dirname, '..');

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a user would, on the same data folder as the server. */
export const prefixStudio = (home: string, ...args: string[]): Promise<CommandResult> => run(home, args, {});

/** The same by a command that does not ask the running server. */
export const prefixStudioAlone = (home: string, ...args: string[]): Promise<CommandResult> =>
  run(home, args, { PREFIX_STUDIO_ALONE: '1' });

async function run(
  home: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const env = { ...process.env, PREFIX_STUDIO_HOME: home, ...settings };
  const options = { cwd: project, env, maxBuffer: 256 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['bin/prefix-studio.mjs', ...args], options);
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { status: code, stdout, stderr };
  }
}

/**
 * One server with an empty data folder for all journeys of a file, which names itself: `test.use({ journeys: 'starter' })`.
 * Playwright gives a worker, and with it the server, only to files of the same name.
 */
export const test = base.extend<object, { journeys: string; studio: StudioServer }>({
  journeys: ['', { option: true, scope: 'worker' }],
  studio: [
    async ({ journeys }, use) => {
      const home = mkdtempSync(join(tmpdir(), `prefix-studio-e2e-${journeys}-`));
      const studio = new StudioServer(home);
      await studio.start();
      await use(studio);
      await studio.stop();
      rmSync(home, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  // no page of a journey logs an error
  page: async ({ page }, use) => {
    const errors = watchErrors(page);
    await use(page);
    expect(errors).toEqual([]);
  },
});

/** Waits until the build page says how it ended. */
export async function outcomeOf(page: Page): Promise<string> {
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText(/^(Built|Failed|Cancelled|Nothing to build)/, { timeout: 1_500_000 });
  return (await title.textContent()) ?? '';
}

export { expect };
