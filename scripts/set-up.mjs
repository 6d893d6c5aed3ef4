// What `npm start` and `npm test` need before any other code can run. Uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, project } from './bundle.mjs';

export const say = (text) => process.stderr.write(`${text}\n`);

/** Ends the program where this Node.js is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`Prefix Studio needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Did the user run npm after the lockfile last changed? */
function isInstalledByHand() {
  const mtimeMs = (path) => statSync(join(project, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return mtimeMs('node_modules/.package-lock.json') > mtimeMs('package-lock.json');
}

/** Installs the dependencies of package-lock.json unless these very ones are there. Throws when npm fails. */
export function installDependencies() {
  const hash = createHash('sha256')
    .update(readFileSync(join(project, 'package-lock.json')))
    .digest('hex');
  const stamp = join(project, 'node_modules', '.prefix-studio-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  if (isInstalledByHand()) {
    writeFileSync(stamp, hash);
    return;
  }
  say('Installing dependencies...');
  const npm = (...args) =>
    spawnSync('npm', [...args, '--no-fund', '--no-audit', '--loglevel=error'], {
      cwd: project,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1', NODE_ENV: '' },
    }).status === 0;
  // a registry that lacks optional packages of other systems makes `npm ci` refuse the lockfile
  if (!npm('ci') && !npm('install', '--no-save')) throw new Error('npm failed; its output is above');
  writeFileSync(stamp, hash);
}

function isInPath(command) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      if (folder === '') return false;
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The ground floor's way to the tools of the build machine, which needs the dependencies installed. */
async function tools() {
  return import(pathToFileURL(await bundle('lib/host/install-tools.ts', 'install-tools')).href);
}

/** Gets the tools of the build machine where that needs no answer of a person, else says how. */
export async function provideTools() {
  return (await tools()).provideTools(say);
}

/** The same for what only the tests need; names by package system, see `lib/host/package-systems.ts`. */
export async function providePackages(namesOf) {
  const { installPackages, thisSystem } = await tools();
  const system = thisSystem();
  const names = system === null ? [] : (namesOf[system.id] ?? []);
  return names.length === 0 || installPackages(system, names, say);
}

export { isInPath };
