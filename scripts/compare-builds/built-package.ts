import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isElf } from '../../lib/inspect/elf';
import { readElfFile } from '../../lib/inspect/file-bytes';

/** One package as somebody built and merged it: what can be compared, by name. */
export interface BuiltPackage {
  /** path -> kind and mode, owner, target of a link: `-rwxr-xr-x 0/0` */
  readonly entries: ReadonlyMap<string, string>;
  /** path of a regular file -> bytes */
  readonly sizes: ReadonlyMap<string, number>;
  /** path of an ELF file -> what the loader reads of it */
  readonly elfs: ReadonlyMap<string, string>;
  /** scripts: path -> first line */
  readonly scripts: ReadonlyMap<string, string>;
  /** files of the VDB entry */
  readonly records: ReadonlyMap<string, string>;
}

function run(script: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -euo pipefail; ${script}`, 'bash', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr || `bash ended with status ${status}`);
  return stdout;
}

const unpacked = 'tar -xOf "$1" --wildcards "*/image.tar*" | zstd -dcq';
const listLine = /^(\S{10})\S? (\d+\/\d+)\s+(\d+) \S+ \S+ image(\/.*)$/;

/** Reads a binary package and its VDB entry. The image is unpacked into the folder `to`. */
export function readBuilt(binaryPackage: string, entry: string, to: string): BuiltPackage {
  const entries = new Map<string, string>();
  const sizes = new Map<string, number>();
  const listing = run(`${unpacked} | tar --numeric-owner --quoting-style=literal -tvf -`, binaryPackage);
  for (const line of listing.split('\n')) {
    const [, mode = '', owner = '', size = '', name = ''] = listLine.exec(line) ?? [];
    if (mode === '') continue;
    const [path = '', target = ''] = name.replace(/ link to image/, ' -> hard link ').split(' -> ');
    if (path === '/') continue;
    entries.set(path.replace(/\/$/, ''), [mode, owner, target && `-> ${target}`].filter(Boolean).join(' '));
    if (mode.startsWith('-')) sizes.set(path, Number(size));
  }
  mkdirSync(to, { recursive: true });
  run(`${unpacked} | tar -x --no-same-owner --strip-components=1 -C "$2"`, binaryPackage, to);
  const elfs = new Map<string, string>();
  const scripts = new Map<string, string>();
  for (const path of sizes.keys()) {
    const bytes = readFileSync(join(to, path));
    const facts = isElf(bytes) ? readElfFile(join(to, path)) : null;
    if (facts) {
      const { type, soname, needed, rpath, runpath, interpreter } = facts;
      elfs.set(path, JSON.stringify({ type, soname, needed, rpath, runpath, interpreter }));
    } else if (bytes.subarray(0, 2).toString('latin1') === '#!') {
      scripts.set(path, bytes.toString('latin1').split('\n', 1)[0] as string);
    }
  }
  const records = new Map<string, string>();
  for (const name of readdirSync(entry)) {
    if (!/\.(bz2|ebuild)$/.test(name)) records.set(name, readFileSync(join(entry, name), 'utf8').trim());
  }
  return { entries, sizes, elfs, scripts, records };
}
