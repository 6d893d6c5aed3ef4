// `npm pack` runs this first: it makes everything that the published package runs, so that its users compile nothing.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from './build-app.mjs';
import { bundle, programs, project } from './bundle.mjs';
import { writeNotices } from './notices.mjs';
import { checkNode, installDependencies, say } from './set-up.mjs';

const appFolder = join(project, 'dist', 'app');

/** What of `node_modules` a server needs besides the package's own dependencies. Next's trace says which files of them. */
const shipped = ['next', '@next/env', '@swc/helpers', 'react', 'react-dom', 'styled-jsx', 'client-only'];

/** Places of this machine have no meaning on another. */
const ofThisMachine = ['outputFileTracingRoot', 'repoRoot', 'turbopack'];

const isShipped = (path) => !/\.map$|\.nft\.json$/.test(path);
const copy = (from, to) => cpSync(from, to, { recursive: true, filter: isShipped });

/** Turbopack names an external package with a hash and links it; a package has no links, so it gets a door of one line. */
function openDoors(from, to) {
  for (const linked of readdirSync(from)) {
    const name = linked.replace(/-[0-9a-f]{16}$/, '');
    const folder = join(to, linked);
    mkdirSync(folder, { recursive: true });
    const exports = { import: './index.mjs', require: './index.cjs' };
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: linked, exports })}\n`);
    writeFileSync(join(folder, 'index.cjs'), `module.exports = require('${name}');\n`);
    writeFileSync(join(folder, 'index.mjs'), `export * from '${name}';\nexport { default } from '${name}';\n`);
  }
}

function writeConfiguration(standalone) {
  const required = JSON.parse(readFileSync(join(standalone, '.next', 'required-server-files.json'), 'utf8'));
  const { config } = required;
  for (const name of ofThisMachine) delete config[name];
  const text = JSON.stringify({ ...required, config, appDir: '.' });
  writeFileSync(join(appFolder, '.next', 'required-server-files.json'), text);
  writeFileSync(join(appFolder, 'configuration.json'), JSON.stringify(config));
}

/** Lays the production build into `dist/app`, with the part of Next that serves it. */
function layApp() {
  const standalone = join(project, '.next', 'standalone');
  rmSync(appFolder, { recursive: true, force: true });
  mkdirSync(appFolder, { recursive: true });
  for (const name of readdirSync(join(standalone, '.next'))) {
    if (name !== 'node_modules') copy(join(standalone, '.next', name), join(appFolder, '.next', name));
  }
  copy(join(project, '.next', 'static'), join(appFolder, '.next', 'static'));
  copy(join(project, 'public'), join(appFolder, 'public'));
  openDoors(join(project, '.next', 'node_modules'), join(appFolder, '.next', 'node_modules'));
  for (const name of shipped) copy(join(standalone, 'node_modules', name), join(appFolder, 'node_modules', name));
  writeConfiguration(standalone);
}

function writeManual(folder) {
  const printed = spawnSync(process.execPath, [join(project, 'bin', 'prefix-studio.mjs'), 'man'], { encoding: 'utf8' });
  if (printed.status !== 0) throw new Error(`the manual page could not be made: ${printed.stderr}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'prefix-studio.1'), printed.stdout);
}

checkNode();
try {
  installDependencies();
  say('Building what the package runs...');
  buildApp();
  layApp();
  for (const [entry, name, shape] of programs) {
    // parts of older builds do not belong into a package
    rmSync(join(project, 'dist', name), { recursive: true, force: true });
    await bundle(entry, name, shape);
  }
  writeManual(join(project, 'dist', 'man'));
  writeNotices(join(project, 'dist', 'NOTICES.txt'));
} catch (error) {
  say(`The package cannot be made: ${error.message}`);
  process.exit(1);
}
