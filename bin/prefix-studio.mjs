#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, isPacked, project } from '../scripts/bundle.mjs';
import { runWhole } from '../scripts/run-whole.mjs';

if (!isPacked && !existsSync(join(project, 'node_modules', 'esbuild'))) {
  const { checkNode, installDependencies, say } = await import('../scripts/set-up.mjs');
  checkNode();
  try {
    installDependencies();
  } catch (error) {
    say(`prefix-studio cannot start: ${error.message}`);
    process.exit(1);
  }
}

process.env.PREFIX_STUDIO_ROOT ??= project;
const [, , command = ''] = process.argv;
if (command === 'serve' || command === 'start') {
  await import(pathToFileURL(await bundle('lib/cli/main.ts', 'cli')).href);
} else {
  // a start of its own for each that people wait for many times a day
  const use = ['plan', 'check', 'bootstrap'].includes(command) ? command : 'any';
  runWhole(await bundle('lib/cli/main.ts', 'command', 'whole'), use);
}
