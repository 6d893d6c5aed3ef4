import { findProgram } from './find-program';
import { readOsRelease } from './os-release';

/** The families of systems whose packages are known by name. */
export const systemIds = ['apt', 'dnf', 'pacman', 'zypper', 'apk', 'emerge'] as const;
export type SystemId = (typeof systemIds)[number];

export interface PackageSystem {
  readonly id: SystemId;
  /** its package manager, looked up in PATH */
  readonly program: string;
  /** values of ID and ID_LIKE in os-release */
  readonly distributions: readonly string[];
  /** arguments for a person, who is asked before anything happens */
  readonly install: readonly string[];
  /** arguments that ask nothing */
  readonly installUnasked: readonly string[];
  /** arguments that fetch new lists of packages; null: not needed, or not safe without an upgrade of everything */
  readonly refresh: readonly string[] | null;
}

const aptQuiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];

export const packageSystems: readonly PackageSystem[] = [
  {
    id: 'apt',
    program: 'apt-get',
    distributions: ['debian', 'ubuntu'],
    install: ['install'],
    installUnasked: [...aptQuiet, 'install', '-y', '--no-install-recommends'],
    refresh: [...aptQuiet, 'update'],
  },
  {
    id: 'dnf',
    program: 'dnf',
    distributions: ['fedora', 'rhel', 'centos'],
    install: ['install'],
    installUnasked: ['-q', '-y', 'install'],
    refresh: null,
  },
  {
    id: 'pacman',
    program: 'pacman',
    distributions: ['arch', 'archlinux'],
    install: ['-S', '--needed'],
    installUnasked: ['-S', '--needed', '--noconfirm'],
    refresh: null,
  },
  {
    id: 'zypper',
    program: 'zypper',
    distributions: ['suse', 'opensuse', 'sles'],
    install: ['install'],
    installUnasked: ['--non-interactive', '--quiet', 'install', '--no-recommends'],
    refresh: ['--non-interactive', '--quiet', 'refresh'],
  },
  {
    id: 'apk',
    program: 'apk',
    distributions: ['alpine'],
    install: ['add'],
    installUnasked: ['add', '--quiet'],
    refresh: ['update', '--quiet'],
  },
  {
    id: 'emerge',
    program: 'emerge',
    distributions: ['gentoo'],
    install: ['--ask', '--noreplace'],
    installUnasked: ['--noreplace', '--quiet', '--quiet-build=y'],
    refresh: null,
  },
];

/** ID and the words of ID_LIKE, nearest first. Source: os-release(5). */
function distributionNames(osRelease: string): readonly string[] {
  const value = (name: string): string =>
    new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(osRelease)?.[2]?.toLowerCase() ?? '';
  return [value('ID'), ...value('ID_LIKE').split(/\s+/)].filter((word) => word !== '');
}

/**
 * Whose packages fit: what os-release names, if its package manager is there; else the first package manager that is.
 * null: a system without any of them. (openSUSE calls itself `opensuse-tumbleweed`, so words match by their beginning.)
 */
export function detectSystem(osRelease: string, has: (program: string) => boolean): PackageSystem | null {
  const present = packageSystems.filter(({ program }) => has(program));
  for (const name of distributionNames(osRelease)) {
    const named = present.find(({ distributions }) => distributions.includes(name.replace(/-.*/, '')));
    if (named) return named;
  }
  return present[0] ?? null;
}

/** The package system of this machine. */
export function thisSystem(): PackageSystem | null {
  return detectSystem(readOsRelease(), (program) => findProgram(program) !== null);
}
