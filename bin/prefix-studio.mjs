#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, project } from '../scripts/bundle.mjs';

if (!existsSync(join(project, 'node_modules', 'esbuild'))) {
  const { checkNode, installDependencies, say } = await import('../scripts/set-up.mjs');
  checkNode();
  try {
    installDependencies();
  } catch (error) {
    say(`prefix-studio cannot start: ${error.message}`);
    process.exit(1);
  }
}

// from Node 22 on: starts sooner
module.enableCompileCache?.();
process.env.PREFIX_STUDIO_ROOT ??= project;
await import(pathToFileURL(await bundle('lib/cli/main.ts', 'cli')).href);
