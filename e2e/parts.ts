import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { build } from 'esbuild';
import { watchErrors } from './page-errors';

const project = join(import.meta.dirname, '..');
/** No server listens there: the browser's requests are answered by the test. */
const origin = 'http://parts.test';

const script = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(project, entry)],
    absWorkingDir: project,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    alias: { '@': project },
    define: {
      'process.env.NODE_ENV': '"production"',
      'import.meta.url': '"http://parts.test/"',
      process: '{"env":{}}',
    },
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
};

/** The stylesheets of the production build, which journeys have made. */
function stylesheet(): string {
  const folder = join(project, '.next', 'static', 'chunks');
  const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'));
  return sheets.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

const html =
  '<!doctype html><html lang="en"><title>Part</title><link rel="stylesheet" href="/style.css"><main></main><script type="module" src="/parts.js"></script></html>';

interface Answers {
  readonly script: string;
  readonly worker: string;
  readonly style: string;
}

/** Opens one component of `pages/parts.tsx` by its address; no page logs an error. */
export const test = base.extend<
  { part: (address: string, answer?: () => Promise<unknown>) => Promise<void> },
  { answers: Answers }
>({
  answers: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is needed from it
    async ({}, use) => {
      const [parts, worker] = await Promise.all([
        script('e2e/pages/parts.tsx'),
        script('components/graph/arrange.worker.ts'),
      ]);
      await use({ script: parts, worker, style: stylesheet() });
    },
    { scope: 'worker' },
  ],
  part: async ({ page, answers }, use) => {
    const errors = watchErrors(page);
    const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
      '/parts.js': ['text/javascript', answers.script],
      '/arrange.worker.ts': ['text/javascript', answers.worker],
      '/style.css': ['text/css', answers.style],
    };
    await page.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      // the live stream stays silent
      if (pathname.startsWith('/api/')) return;
      const [contentType, body] = files[pathname] ?? ['text/html', html];
      await route.fulfill({ contentType, body });
    });
    await use(async (address, answer) => {
      await answer?.();
      await page.goto(`${origin}${address}`);
    });
    expect(errors).toEqual([]);
  },
});

export { expect };
