// Compares two final roots of the same packages at different or equal paths: what differs, and does a longer path explain it?
// node scripts/run.mjs bench/relocate.ts ROOT_A PATH_A ROOT_B PATH_B
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readElfFile } from '../lib/inspect/file-bytes';

const [rootA = '', pathA = '', rootB = '', pathB = ''] = process.argv.slice(2);

/** What the package manager writes about a merge and a machine. */
const isRecord = (name: string): boolean => /^(var\/db\/pkg|var\/lib\/portage|etc\/portage)\//.test(name);

function namesIn(eroot: string): readonly string[] {
  return readdirSync(eroot, { recursive: true, encoding: 'utf8' })
    .filter((name) => !isRecord(name))
    .sort();
}

/** A file with its path as a mark; slashes that fill up a string are one. */
function plain(bytes: Buffer, path: string): string {
  return bytes.toString('latin1').replaceAll(new RegExp(`${path.replaceAll('.', '\\.')}/*`, 'g'), '@/');
}

function elfFacts(file: string, path: string): string {
  return JSON.stringify(readElfFile(file)).replaceAll(path, '@');
}

function compare(a: string, b: string): string {
  const [one, two] = [lstatSync(a), lstatSync(b)];
  if ((one.mode & 0o177777) !== (two.mode & 0o177777)) return 'OTHER KIND OR MODE';
  if (one.isDirectory()) return 'folders';
  if (one.isSymbolicLink()) {
    const [left, right] = [readlinkSync(a).replaceAll(pathA, '@'), readlinkSync(b).replaceAll(pathB, '@')];
    return left === right ? 'links' : 'OTHER LINK';
  }
  const [left, right] = [readFileSync(a), readFileSync(b)];
  if (left.equals(right)) return 'files with equal bytes';
  if (plain(left, pathA) === plain(right, pathB)) return 'files that differ by the path alone';
  if (readElfFile(a) === null) return 'OTHER CONTENT';
  return elfFacts(a, pathA) === elfFacts(b, pathB)
    ? 'ELF files with equal needs, names and search paths; their strings lie elsewhere'
    : 'OTHER ELF FACTS';
}

const [erootA, erootB] = [join(rootA, pathA), join(rootB, pathB)];
const [inA, inB] = [new Set(namesIn(erootA)), new Set(namesIn(erootB))];
const found = new Map<string, string[]>();
for (const name of new Set([...inA, ...inB])) {
  const verdict = inA.has(name) && inB.has(name) ? compare(join(erootA, name), join(erootB, name)) : 'ONLY IN ONE';
  found.set(verdict, [...(found.get(verdict) ?? []), name]);
}
for (const [verdict, names] of [...found].sort()) {
  console.log(`${String(names.length).padStart(6)}  ${verdict}`);
  if (verdict === verdict.toUpperCase()) for (const name of names.slice(0, 20)) console.log(`          ${name}`);
}
if ([...found.keys()].some((verdict) => verdict === verdict.toUpperCase())) process.exitCode = 1;
