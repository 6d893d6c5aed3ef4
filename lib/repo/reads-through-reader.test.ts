import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const lib = join(import.meta.dirname, '..');

/**
 * What reads repositories: all of it goes through `host/contained-file.ts`. A file that touches the disk by other means is
 * named here with what it reads; nothing of it was written by a stranger.
 */
const allowed: Readonly<Record<string, string>> = {
  'repo/ebuild-index.ts': 'our own index file, below the data folder',
  'repo/ebuild-scan.ts': 'times and sizes, no content',
  'repo/failed-entries.ts': 'our own md5-cache, below the data folder',
  'repo/binary-packages.ts': 'our own PKGDIR',
  'repo/package-tree.ts': 'whether folders exist, no content',
  'plan/clone.ts': 'sizes of the objects that git received, no content',
  'plan/build-obstacle.ts': 'whether an ebuild exists, no content',
  'plan/ebuild-file.ts': 'whether an ebuild exists that the user names, no content',
  'plan/import/read-import.ts': 'whether a place that the user names is a folder, no content',
  'plan/emerge-command.ts': 'whether a Portage checkout that the user names exists',
  'plan/verify-emerge.ts': 'whether folders exist that are shown to a sandbox, no content',
  'plan/assumed-sdk.ts': 'a table that we wrote, below the data folder',
  'plan/machine-host.ts': 'what we remember of this machine, below the data folder',
  'plan/host-compiler.ts': 'the C library of this machine, and what we remember of it below the data folder',
  'plan/plan-sources.ts': 'sizes of the sources in DISTDIR, no content of a repository',
  'plan/trees.ts': 'our list of trees, below the data folder',
  'plan/emerge-roots.ts': 'our own md5-cache, below the data folder, and a Portage checkout that the user names',
  'plan/minimal-tree.ts': 'the folder that is written, and the mode of a file that the reader took',
  'plan/tree-archive.ts': 'the folder that `minimal-tree.ts` wrote',
};

const reading =
  /\b(?:readFile|readFileSync|createReadStream|open|openSync|readdir|readdirSync|opendir|opendirSync|statSync|lstatSync|existsSync|readlinkSync|realpathSync|cpSync|copyFileSync)\b/;

const importsOfDisk = (text: string): string[] =>
  [...text.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].map((match) => match[1] as string);

function sources(folder: string): string[] {
  return readdirSync(join(lib, folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(lib, folder, name));
}

it('reads repositories through the reader of contained folders only', () => {
  const touching = [
    ...sources('repo'),
    ...sources('plan'),
    ...sources('plan/import'),
    join(lib, 'engine/repository-files.ts'),
  ]
    .filter((file) => importsOfDisk(readFileSync(file, 'utf8')).some((names) => reading.test(names)))
    .map((file) => relative(lib, file));
  expect(touching.sort()).toEqual(Object.keys(allowed).sort());
});
