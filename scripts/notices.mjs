// The licences of what the published package contains of others: its programs and pages have them built in.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { project } from './bundle.mjs';

/** Tools that make the package and leave nothing of theirs in it. */
const onlyTools =
  /^(@axe-core|@biomejs|@playwright|@rolldown|@esbuild|@img|@next\/swc|@tailwindcss|@types|@vitest|axe-core|dependency-cruiser|esbuild|lightningcss|playwright|rolldown|sharp|typescript|vite|vitest)/;

const licenceFile = (folder) => readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(name));

/** Packages of the lockfile that are installed here, without those that are only tools. */
function packages() {
  const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  return Object.keys(lock.packages)
    .filter((path) => path !== '' && !onlyTools.test(path.slice('node_modules/'.length)))
    .map((path) => join(project, path))
    .filter((folder) => existsSync(join(folder, 'package.json')));
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = licenceFile(folder);
  const text = file === undefined ? '' : `\n\n${readFileSync(join(folder, file), 'utf8').trim()}`;
  return `${name} ${version}: ${license ?? 'see its page'}${text}`;
}

/** Writes one file with all of them. */
export function writeNotices(path) {
  writeFileSync(
    path,
    `${packages()
      .map(notice)
      .join(`\n\n${'-'.repeat(78)}\n\n`)}\n`,
  );
}
