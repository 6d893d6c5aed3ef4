import { lstatSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { PackageNotice, QaCheck } from '../layout/events';
import type { ElfInImage } from './elf-scan';
import type { ImageEntry } from './image-tree';
import { inTurns } from './in-turns';
import { listed } from './package-notices';
import { RootedPaths } from './rooted-path';

/** What a package would install, as it is packed. */
export interface ImageUnderCheck {
  readonly imageDir: string;
  readonly eprefix: string;
  readonly entries: readonly ImageEntry[];
  readonly elfs: readonly ElfInImage[];
  /** root that packages before it were merged into */
  readonly stagingRoot: string;
  /** names of the work folder inside the sandbox; nothing that is installed may know them */
  readonly buildPaths: readonly string[];
}

/** One check: what it is called, what is wrong with the paths that it finds. */
export interface ImageCheck {
  readonly name: QaCheck;
  readonly title: string;
  find(image: ImageUnderCheck): readonly string[] | Promise<readonly string[]>;
}

const below = ({ eprefix }: ImageUnderCheck, path: string): string => path.slice(eprefix.length + 1);

const elfsWhere =
  (test: (facts: ElfInImage['facts'], path: string, image: ImageUnderCheck) => boolean) =>
  (image: ImageUnderCheck): readonly string[] =>
    image.elfs.filter(({ facts, path }) => test(facts, path, image)).map(({ path }) => path);

/** Directories of other times, and those that programs make themselves. */
const oldPlaces = ['usr/man', 'usr/info', 'usr/doc', 'usr/X11R6', 'usr/locale', 'etc/app-defaults', 'man', 'share'];
const runtimePlaces = ['run', 'var/run', 'var/lock', 'var/tmp', 'var/cache', 'tmp'];

/** Files in which build systems leave paths for others. */
const pathKeepers = /\.(?:pc|la|cmake|pri|prl|mk|sh)$|-config$|\/Makefile(?:\.inc)?$/;
const largestPathKeeper = 1 << 20;

function hasBuildPath({ imageDir, buildPaths }: ImageUnderCheck, { path, kind, sizeBytes }: ImageEntry): boolean {
  if (kind !== 'file' || sizeBytes > largestPathKeeper || !pathKeepers.test(path)) return false;
  const text = readFileSync(join(imageDir, path), 'latin1');
  return buildPaths.some((known) => text.includes(known));
}

/** Absolute links into D, and links whose target is neither in the image nor in staging. */
async function brokenLinks(image: ImageUnderCheck): Promise<readonly string[]> {
  const roots = [new RootedPaths(image.imageDir), new RootedPaths(image.stagingRoot)];
  const found: string[] = [];
  await inTurns(image.entries, ({ path, kind, target }) => {
    if (kind !== 'symlink') return;
    const place = posix.resolve(posix.dirname(path), target ?? '');
    const isThere = roots.some((root) => lstatSync(root.onDisk(`${place}`), { throwIfNoEntry: false }) !== undefined);
    const isInside = place === image.eprefix || place.startsWith(`${image.eprefix}/`);
    if (isInside ? !isThere : image.buildPaths.some((known) => place.startsWith(known)))
      found.push(`${path} -> ${target}`);
  });
  return found;
}

/** What people expect to be told of. Source of most: the checks that Portage runs before it installs an image. */
export const imageChecks: readonly ImageCheck[] = [
  {
    name: 'text-relocations',
    title:
      'Code that is changed when it is loaded (text relocations): it is not shared between processes, and some systems refuse it.',
    find: elfsWhere((facts) => facts.textRelocations),
  },
  {
    name: 'exec-stack',
    title: 'Asks for a stack that can be executed; usually assembler without a `.note.GNU-stack` section.',
    find: elfsWhere((facts) => facts.executableStack && facts.type !== 'REL'),
  },
  {
    name: 'run-path',
    title: 'Searches libraries in the work folder of the build or in the current directory.',
    find: elfsWhere(({ rpath, runpath }, _, { buildPaths }) =>
      [...rpath, ...runpath].some((path) => !/^[/$]/.test(path) || buildPaths.some((known) => path.startsWith(known))),
    ),
  },
  {
    name: 'lazy-binding',
    title: 'Set-user-id programs that bind symbols while they run; link them with `-Wl,-z,now`.',
    find: (image) => {
      const setId = new Set(image.entries.filter(({ mode }) => (mode & 0o6000) !== 0).map(({ path }) => path));
      return elfsWhere((facts, path) => facts.dynamic && !facts.bindNow && setId.has(path))(image);
    },
  },
  {
    name: 'libtool-archive',
    title: 'Libtool archives, which nothing in a prefix needs; delete them in `src_install`.',
    find: ({ entries }) =>
      entries.filter(({ path, kind }) => kind !== 'dir' && path.endsWith('.la')).map(({ path }) => path),
  },
  {
    name: 'build-path',
    title: 'Tells others to look in the work folder of the build.',
    find: async (image) => {
      const found: string[] = [];
      await inTurns(image.entries, (entry) => {
        if (hasBuildPath(image, entry)) found.push(entry.path);
      });
      return found;
    },
  },
  {
    name: 'broken-link',
    title: 'Links that lead nowhere: into the work folder, or to what neither the package nor staging has.',
    find: brokenLinks,
  },
  {
    name: 'unusual-place',
    title: 'In directories of other times, or in those that programs make when they run.',
    find: (image) =>
      image.entries
        .filter(({ kind }) => kind !== 'dir')
        .map(({ path }) => path)
        .filter((path) => {
          const name = below(image, path);
          if (/\/\.keep[^/]*$/.test(name)) return false;
          return [...oldPlaces, ...runtimePlaces].some((place) => name.startsWith(`${place}/`));
        }),
  },
];

/** Runs all checks on an image. Never ends a build: what it finds is told. */
export async function checkImage(image: ImageUnderCheck): Promise<readonly PackageNotice[]> {
  const notices: PackageNotice[] = [];
  for (const { name, title, find } of imageChecks) {
    const paths = await find(image);
    if (paths.length > 0) notices.push({ level: 'qa', phase: 'package', check: name, text: listed(title, paths) });
  }
  return notices;
}
