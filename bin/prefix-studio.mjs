#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = resolve(fileURLToPath(import.meta.url), '..', '..');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`prefix-studio needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(2);
}

if (!existsSync(join(project, 'node_modules', 'esbuild'))) {
  process.stderr.write('prefix-studio: installing dependencies (once)...\n');
  const installed = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], { cwd: project, stdio: ['ignore', 2, 2] });
  if (installed.status !== 0) {
    process.stderr.write(`prefix-studio: npm ci failed. Run it yourself in ${project} to see why.\n`);
    process.exit(2);
  }
}

process.env.PREFIX_STUDIO_ROOT ??= project;
const { bundle } = await import('../scripts/bundle.mjs');
await import(pathToFileURL(await bundle('lib/cli/main.ts', 'cli')).href);
