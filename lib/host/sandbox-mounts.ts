import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { dataHome } from '../home';

/** A folder or file of the host placed into the sandbox. Both paths absolute and normalised. */
export interface SandboxMount {
  readonly source: string;
  readonly target: string;
  /** `hidden`: the folder is empty, whatever a mount before shows there */
  readonly access: 'read-only' | 'read-write' | 'hidden';
  /**
   * What root gives to the build user before the command may write there. `everything` (default): all that is below, at each
   * start; `once`: all that is below, once in the life of this process, for a large tree to which only the build user's
   * files are added; `folder`: the folder alone.
   */
  readonly giving?: 'everything' | 'once' | 'folder';
}

/** Host folders with programs and libraries; everything else of the host does not exist inside. */
const visibleFolders = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/nix/store',
  '/gnu/store',
];

/** Entries of the host's /etc that programs of the build need; users and passwords are not among them. */
const visibleEtc = [
  'alternatives',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'nsswitch.conf',
  'localtime',
  'perl',
  'python3',
  'python3.11',
  'python3.12',
  'python3.13',
  'debian_version',
  'os-release',
  'magic',
  'texmf',
  'fonts',
  'xml',
];

interface Entry {
  readonly name: string;
  readonly link: string | null;
  readonly folder: boolean;
}

/** What the mount planner asks about the host; tests pass their own. */
export interface HostTree {
  /** null: there is nothing at `path` */
  stat(path: string): { readonly link: string | null; readonly folder: boolean } | null;
  list(path: string): readonly Entry[];
}

/** The file system of this machine. Entries that cannot be read do not exist. */
export const hostTree: HostTree = {
  stat(path) {
    try {
      const stats = lstatSync(path);
      return { link: stats.isSymbolicLink() ? readlinkSync(path) : null, folder: stats.isDirectory() };
    } catch {
      return null;
    }
  },
  list(path) {
    return readdirSync(path)
      .sort()
      .flatMap((name) => {
        const found = hostTree.stat(join(path, name));
        return found ? [{ name, ...found }] : [];
      });
  },
};

/**
 * Arguments of bubblewrap that make the view of a command: the host's programs read-only (`programs`) or nothing (`bare`), and
 * `mounts` on top; of `hidden` folders of the host nothing. A mount may stand where the host has nothing (`/opt/demo`, `/usr/local/demo`): the folders along the way
 * are then made anew and filled entry by entry, because nothing can be created in a read-only one.
 */
export function viewArguments(
  mounts: readonly SandboxMount[],
  view: 'programs' | 'bare' = 'programs',
  tree: HostTree = hostTree,
  hidden: readonly string[] = ownFolders(),
): readonly string[] {
  const targets = mounts.map((mount) => mount.target);
  const shown = view === 'bare' ? [] : [...visibleFolders, ...visibleEtc.map((name) => `/etc/${name}`)];
  return [
    ...shown.flatMap((path) => placeHostEntry(path, targets, hidden, tree)),
    ...mounts.flatMap((mount) => mountArguments(mount, hidden)),
  ];
}

/**
 * The data folder, wherever it is: a service may have it below /opt. It holds the database, and the socket on which the server
 * answers commands of the user that the sandbox runs as.
 */
function ownFolders(): readonly string[] {
  try {
    return [realpathSync(dataHome())];
  } catch {
    return [];
  }
}

function mountArguments({ source, target, access }: SandboxMount, hidden: readonly string[]): readonly string[] {
  if (access === 'hidden') return emptied(target);
  const inside = hidden.filter((folder) => folder.startsWith(`${source}/`));
  return [
    ...[access === 'read-only' ? '--ro-bind' : '--bind', source, target],
    ...inside.flatMap((folder) => emptied(target + folder.slice(source.length))),
  ];
}

const emptied = (path: string): readonly string[] => ['--tmpfs', path, '--remount-ro', path];

function placeHostEntry(
  path: string,
  targets: readonly string[],
  hidden: readonly string[],
  tree: HostTree,
): readonly string[] {
  if (targets.includes(path)) return [];
  // empty, but for what is mounted there
  if (hidden.includes(path)) return ['--dir', path];
  const found = tree.stat(path);
  if (!found) return [];
  const holdsTarget = targets.some((target) => target.startsWith(`${path}/`));
  // a mount below a link would land where the link points to, which is read-only
  if (found.link !== null) return holdsTarget ? ['--dir', path] : ['--symlink', found.link, path];
  const holdsHidden = hidden.some((each) => each.startsWith(`${path}/`));
  if (!found.folder || !(holdsTarget || holdsHidden)) return ['--ro-bind', path, path];
  const entries = tree.list(path).map(({ name }) => `${path}/${name}`);
  return ['--dir', path, ...entries.flatMap((entry) => placeHostEntry(entry, targets, hidden, tree))];
}
