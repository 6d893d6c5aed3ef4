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

/** Tools that are not required but small, and without which a starter would do less. */
const alsoWanted = ['systemd-dissect', 'mkfs.erofs', 'zstd', 'unzip', 'dpkg-source', 'msgfmt', 'tclsh', 'tic'];

/** Packages of the missing tools of the build machine, from the engine's own list. */
export async function missingPackages() {
  const { hostTools } = await import(pathToFileURL(await bundle('lib/engine/requirements.ts', 'requirements')).href);
  const missing = hostTools.filter(
    (tool) =>
      (tool.required || alsoWanted.includes(tool.command)) &&
      ![tool.command, ...(tool.alternatives ?? [])].some(isInPath),
  );
  return [...new Set(missing.map((tool) => tool.debianPackage))].sort();
}

/** How this user can install packages without being asked: a command to put in front, or null. */
function installer() {
  if (!isInPath('apt-get')) return null;
  if (process.getuid?.() === 0) return ['apt-get'];
  if (isInPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) {
    return ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  }
  return null;
}

function apt(command, args) {
  const [program, ...before] = command;
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  return spawnSync(program, [...before, ...quiet, ...args], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status;
}

/** Installs system packages when that is possible without a question. Returns whether they are there now. */
export function installSystemPackages(packages) {
  if (packages.length === 0) return true;
  const command = installer();
  const line = `apt-get install ${packages.join(' ')}`;
  if (command === null) {
    const prefix = process.getuid?.() === 0 ? '' : 'sudo ';
    say(`Some tools are missing. To get them, run:\n  ${prefix}${line}`);
    return false;
  }
  say(`Installing ${packages.join(' ')}...`);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (apt(command, install) === 0) return true;
  // the lists of a fresh machine may be empty or old
  apt(command, ['update']);
  if (apt(command, install) === 0) return true;
  say(`These could not be installed; see why with:\n  ${line}`);
  return false;
}

export { isInPath };
