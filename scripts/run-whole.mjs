// Runs a bundle of one file with the code that V8 compiled when it ran before: most of a short command is compiling.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import vm from 'node:vm';

const read = (path) => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** Another process reads all of it or nothing; a folder that cannot be written to costs only time. */
function keep(path, data) {
  try {
    writeFileSync(`${path}.${process.pid}`, data);
    renameSync(`${path}.${process.pid}`, path);
  } catch {}
}

/** `use`: a word for what will run; each has compiled code of its own. V8 itself refuses code of another version. */
export function runWhole(path, use) {
  const source = readFileSync(path, 'utf8');
  const folder = dirname(path);
  const cache = join(folder, `${createHash('sha1').update(source).digest('hex').slice(0, 16)}-${use}.cache`);
  const head = '(function (exports, require, module, __filename, __dirname) {';
  const cachedData = read(cache);
  const script = new vm.Script(`${head}${source}\n})`, {
    filename: path,
    columnOffset: -head.length,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once('exit', () => keep(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, folder);
}
