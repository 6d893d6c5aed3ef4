// Runs a bundle of one file with the code that V8 compiled when it ran before: most of a short command is compiling.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import vm from 'node:vm';

/** What this user kept: compiled code is code, and another user's must not run as this one. */
const read = (path) => {
  try {
    return statSync(path).uid === process.getuid() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
};

/** Not beside the program, which may belong to another user. Source: XDG Base Directory Specification. */
const cacheFolder = () => {
  const chosen = process.env.XDG_CACHE_HOME ?? '';
  return join(chosen.startsWith('/') ? chosen : join(homedir(), '.cache'), 'prefix-studio', 'compiled');
};

const staleAfterMs = 30 * 24 * 3600 * 1000;

/** Another process reads all of it or nothing; a folder that cannot be written to costs only time. */
function keep(folder, path, data) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      if (Date.now() - statSync(join(folder, name)).mtimeMs > staleAfterMs) rmSync(join(folder, name));
    }
    writeFileSync(`${path}.${process.pid}`, data, { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
  } catch {}
}

/** `use`: a word for what will run; each has compiled code of its own. V8 itself refuses code of another version. */
export function runWhole(path, use) {
  const source = readFileSync(path, 'utf8');
  const hash = createHash('sha1').update(source).digest('hex').slice(0, 16);
  const folder = cacheFolder();
  const cache = join(folder, `${hash}-${use}-${process.versions.v8}`);
  const head = '(function (exports, require, module, __filename, __dirname) {';
  const cachedData = read(cache);
  const script = new vm.Script(`${head}${source}\n})`, {
    filename: path,
    columnOffset: -head.length,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once('exit', () => keep(folder, cache, script.createCachedData()));
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
}
