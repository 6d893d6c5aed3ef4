import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programRoot } from '../../lib/home';
import type { Outcome, Runners, VectorCase } from './registry';
import { same } from './registry';

/** A file as the vectors write it. */
interface Entry {
  readonly type: 'obj' | 'dir' | 'sym';
  readonly mode?: string;
  readonly target?: string;
  readonly nlink?: number;
}

type Tree = Readonly<Record<string, Entry>>;

const runtime = (): string => join(programRoot(), 'lib/engine/runtime');

function writeTree(folder: string, tree: Tree): void {
  for (const path of Object.keys(tree).sort()) {
    const entry = tree[path] as Entry;
    const full = join(folder, path);
    if (entry.type === 'sym') {
      symlinkSync(entry.target ?? '', full);
      continue;
    }
    if (entry.type === 'dir') mkdirSync(full, { recursive: true });
    else writeFileSync(full, '');
    chmodSync(full, Number.parseInt(entry.mode ?? (entry.type === 'dir' ? '0755' : '0644'), 8));
    for (let extra = 1; extra < (entry.nlink ?? 1) && entry.type === 'obj'; extra += 1) {
      linkSync(full, `${folder}-link-${extra}-${path.replaceAll('/', '_')}`);
    }
  }
}

function readTree(folder: string, below = ''): Record<string, Entry> {
  const found: Record<string, Entry> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const stats = lstatSync(join(folder, path));
    const mode = `0${(stats.mode & 0o7777).toString(8).padStart(3, '0')}`;
    if (stats.isSymbolicLink()) found[path] = { type: 'sym', target: readlinkSync(join(folder, path)) };
    else if (stats.isDirectory()) {
      found[path] = { type: 'dir', mode };
      Object.assign(found, readTree(folder, path));
    } else found[path] = { type: 'obj', mode, nlink: stats.nlink };
  }
  return found;
}

/** State of the destination commands, under the names by which our runtime keeps it. */
const stateNames: Readonly<Record<string, string>> = {
  DESTTREE: '__E_DESTTREE',
  INSDESTTREE: '__E_INSDESTTREE',
  EXEDESTTREE: '__E_EXEDESTTREE',
  INSOPTIONS: '__E_INSOPTIONS',
  EXEOPTIONS: '__E_EXEOPTIONS',
  LIBOPTIONS: '__E_LIBOPTIONS',
  DIROPTIONS: '__E_DIROPTIONS',
  PF: '__E_PF',
  PN: '__E_PN',
  CATEGORY: '__E_CATEGORY',
};

/** An install helper, run as the external program that it is. */
function helper(vector: VectorCase): Outcome {
  const [name = '', ...words] = vector.cmd as readonly string[];
  const given = vector.env as Readonly<Record<string, string>>;
  const base = mkdtempSync(join(tmpdir(), 'helper-vector-'));
  try {
    const [image, work, temp] = ['image', 'work', 'temp'].map((folder) => join(base, folder)) as [
      string,
      string,
      string,
    ];
    for (const folder of [image, work, temp]) mkdirSync(folder);
    writeTree(work, vector.workdir as Tree);
    writeTree(image, vector.image_before as Tree);
    const state = Object.fromEntries(
      Object.entries(given).flatMap(([key, value]) => (stateNames[key] ? [[stateNames[key], value]] : [])),
    );
    const script = join(runtime(), 'helpers', name);
    spawnSync('bash', ['-c', 'umask 022; exec "$0" "$@"', script, ...words], {
      cwd: work,
      stdio: 'ignore',
      env: {
        NODE_ENV: 'test',
        PATH: `${join(runtime(), 'helpers')}:${process.env.PATH}`,
        LC_ALL: 'C.UTF-8',
        __RUNTIME: runtime(),
        __E_EAPI: given.EAPI ?? '0',
        __E_PHASE: 'install',
        __E_D: image,
        __E_ED: image,
        __E_T: temp,
        __E_PF: 'vector-1',
        __E_PN: 'vector',
        __E_CATEGORY: 'app-misc',
        __E_SLOT: '0',
        __E_REPOSITORY: 'vectors',
        ...state,
      },
    });
    return same(readTree(image), vector.image_after);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** ver_cut, ver_rs and ver_test, called as a shell function. */
function versionFunction(vector: VectorCase): Outcome {
  const cmd = vector.cmd as string | readonly string[];
  const call = typeof cmd === 'string' ? cmd : '"$@"';
  const env = (vector.env ?? {}) as Readonly<Record<string, string>>;
  const result = spawnSync(
    'bash',
    [
      '-c',
      `die() { exit 101; }; source "$0/lib/version.bash"; ${call}`,
      runtime(),
      ...(typeof cmd === 'string' ? [] : cmd),
    ],
    { encoding: 'utf8', env: { NODE_ENV: 'test', PATH: process.env.PATH ?? '', ...env } },
  );
  if (vector.dies === true) {
    return result.status === 101
      ? { kind: 'pass' }
      : { kind: 'fail', detail: `expected die, got status ${result.status}` };
  }
  if (result.status === 101) return { kind: 'fail', detail: 'died' };
  if (vector.exit !== undefined && Number(vector.exit) !== result.status)
    return same(result.status, Number(vector.exit));
  if (vector.stdout === undefined || vector.stdout === null) return { kind: 'pass' };
  return same(result.stdout.replace(/\n$/, ''), String(vector.stdout).replace(/\n$/, ''));
}

export const helpers: Runners = { helper, version_function: versionFunction };
