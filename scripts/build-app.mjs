// Makes the production build of the web app unless there is one of exactly these sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPacked, project } from './bundle.mjs';

const folders = ['app', 'components', 'lib'];
const files = ['package-lock.json', 'next.config.js', 'postcss.config.mjs', 'tsconfig.json'];

function sourcesBelow(folder) {
  if (!existsSync(join(project, folder))) return [];
  return readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return /\.(tsx?|css|json|svg|ico|png|woff2)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** SHA-256 over names and contents of everything that goes into the build. */
function sourceHash() {
  const hash = createHash('sha256');
  for (const path of [...files, ...folders.flatMap(sourcesBelow)].sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(project, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

const stamp = join(project, '.next', 'prefix-studio-sources');

/** Beside the folder of the build, which the build may empty. Holds the number of the process that builds. */
const lock = join(project, '.next.lock');
const unreadableAfterMs = 10_000;

/** Has the process ended that wrote this? Without a number it died before it wrote, or writes just now. */
function isAbandoned(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (!(holder > 0)) return Date.now() - statSync(path).mtimeMs > unreadableAfterMs;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/** Takes a dead holder's lock away. Of several who try, one may have begun meanwhile: then it gets its lock back. */
function removeAbandoned() {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (!isAbandoned(aside)) linkSync(aside, lock);
    rmSync(aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/** Waits for its turn: two builds into one folder would spoil each other. Synchronous, as building is. */
function takeTurn() {
  for (let tries = 0; ; tries++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) removeAbandoned();
    else if (tries === 0) process.stderr.write('waiting for the build of the web app that another process makes\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
}

/** Returns whether a build was needed. Throws when it fails; its output goes to stderr. */
export function buildApp() {
  if (isPacked || isUpToDate(sourceHash())) return false;
  takeTurn();
  try {
    return buildInTurn();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isUpToDate(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** What somebody else built in the meantime is not built again. */
function buildInTurn() {
  const hash = sourceHash();
  if (isUpToDate(hash)) return false;
  const next = join(project, 'node_modules', 'next', 'dist', 'bin', 'next');
  const built = spawnSync(process.execPath, [next, 'build'], {
    cwd: project,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  if (built.status !== 0) throw new Error('the production build of the web app failed');
  writeFileSync(stamp, hash);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stderr.write(buildApp() ? 'built\n' : 'up to date\n');
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
