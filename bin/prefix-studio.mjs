#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, isPacked, project } from '../scripts/bundle.mjs';
import { runWhole } from '../scripts/run-whole.mjs';

/** The bundle to run; what stands in the way of one is said in a sentence. */
async function prepared(...what) {
  try {
    if (!isPacked && !existsSync(join(project, 'node_modules', 'esbuild'))) {
      const { checkNode, installDependencies } = await import('../scripts/set-up.mjs');
      checkNode();
      installDependencies();
    }
    return await bundle('lib/cli/main.ts', ...what);
  } catch (error) {
    process.stderr.write(`prefix-studio cannot start: ${error.message}\n`);
    process.exit(1);
  }
}

process.env.PREFIX_STUDIO_ROOT ??= project;
const [, , command = ''] = process.argv;
if (command === 'serve' || command === 'start') {
  await import(pathToFileURL(await prepared('cli')).href);
} else {
  // a start of its own for each that people wait for many times a day
  const use = ['plan', 'check', 'bootstrap'].includes(command) ? command : 'any';
  runWhole(await prepared('command', 'whole'), use);
}
