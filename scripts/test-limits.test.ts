import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { project } from './bundle.mjs';

/** A machine with other work may be many times slower than a quiet one; the configuration of Vitest says what hangs. */
const hangsMs = 300_000;

const files = ['lib', 'components', 'overlays', 'scripts']
  .flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(project, folder, name),
    ),
  )
  .filter((path) => path.endsWith('.test.ts'));

it.each(files.map((path) => relative(project, path)))('%s gives nothing less time than what hangs needs', (name) => {
  const text = readFileSync(join(project, name), 'utf8');
  const limits = [...text.matchAll(/\btimeout: ([\d_]+)|^ *\}, ([\d_]{4,})\);/gm)].map(([, option, last]) =>
    Number((option ?? last ?? '').replaceAll('_', '')),
  );
  expect(limits.filter((limitMs) => limitMs < hangsMs)).toEqual([]);
  // without a limit of its own it waits for one second
  const waits = [...text.matchAll(/\bvi\.waitFor\(([\s\S]*?)\);\n/g)].map(([, words]) => words);
  expect(waits.filter((words) => !words?.includes('timeout: '))).toEqual([]);
});
