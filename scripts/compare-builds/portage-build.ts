import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseContents } from '../../lib/engine/contents';
import { findProgram } from '../../lib/host/find-program';
import { parseCpv } from '../../lib/pms/cpv';

export interface PortageHost {
  /** checkout of gentoo/portage */
  readonly checkout: string;
  /** throw-away folder of this run */
  readonly work: string;
  /** staging EROOT of our prefix, only read */
  readonly eroot: string;
  readonly eprefix: string;
  /** `category/PF:slot` of what the build machine has */
  readonly provided: readonly string[];
  /** other names of its programs: `python3.13` -> absolute path */
  readonly names: Readonly<Record<string, string>>;
  /** folder with our stand-ins for tools of a Gentoo host, such as eltpatch */
  readonly hostTools: string;
}

/** What a Portage in a prefix calls the GNU tools. */
const gnuTools = ['tar', 'make', 'sed', 'awk', 'find', 'grep'];
/** What scripts in PATH name; without them in the prefix Portage ends the build. */
const interpreters = ['sh', 'bash', 'perl', 'python3'];

function writeTools({ work, names, hostTools }: PortageHost): string {
  const folder = join(work, 'tools');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of gnuTools) symlinkSync(findProgram(name) ?? name, join(folder, `g${name}`));
  for (const [name, path] of Object.entries({ ...names, scanelf: findProgram('scanelf') ?? '' }))
    symlinkSync(path, join(folder, name));
  for (const name of ['eltpatch', 'meson-format-array']) symlinkSync(join(hostTools, name), join(folder, name));
  return folder;
}

/** An installed package that has nothing but a name, as an answer to `has_version -b`. */
function writeBareEntry(eroot: string, provided: string): void {
  const [cpv = '', slot = '0'] = provided.split(':');
  const entry = join(eroot, 'var/db/pkg', cpv);
  if (existsSync(entry)) return;
  mkdirSync(entry, { recursive: true });
  for (const [name, text] of Object.entries({
    SLOT: slot,
    EAPI: '8',
    CONTENTS: '',
    USE: '',
    IUSE: '',
    KEYWORDS: 'amd64 arm64',
  }))
    writeFileSync(join(entry, name), `${text}\n`);
}

/** Links to what a folder of the build machine has and this one lacks: a Portage in a prefix takes its own for the machine's. */
function linkMissing(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) if (!existsSync(join(to, name))) symlinkSync(join(from, name), join(to, name));
}

/** A copy of staging as it was before this package was built: its own files and its entry are taken out. */
function copyWithout({ eroot, eprefix, work, provided, names }: PortageHost, cpv: string): string {
  const copy = join(work, 'eroot');
  rmSync(copy, { recursive: true, force: true });
  cpSync(eroot, copy, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const entry = join(copy, 'var/db/pkg', cpv);
  for (const { kind, path } of parseContents(readFileSync(join(entry, 'CONTENTS'), 'utf8'))) {
    if (kind !== 'dir') rmSync(join(copy, path.slice(eprefix.length)), { force: true });
  }
  rmSync(entry, { recursive: true });
  for (const each of provided) writeBareEntry(copy, each);
  const gnuconfig = join(copy, 'usr/share/gnuconfig');
  if (existsSync('/usr/share/misc/config.guess') && !existsSync(gnuconfig)) symlinkSync('/usr/share/misc', gnuconfig);
  linkMissing('/usr/share/aclocal', join(copy, 'usr/share/aclocal'));
  mkdirSync(join(copy, 'usr/bin'), { recursive: true });
  for (const [name, path] of Object.entries(names))
    if (!existsSync(join(copy, 'usr/bin', name))) symlinkSync(path, join(copy, 'usr/bin', name));
  mkdirSync(join(copy, 'bin'), { recursive: true });
  for (const name of interpreters) {
    const path = findProgram(name);
    if (path !== null && !existsSync(join(copy, 'bin', name))) symlinkSync(path, join(copy, 'bin', name));
  }
  return copy;
}

export interface PortageBuilt {
  readonly binaryPackage: string;
  /** its VDB entry after the merge */
  readonly entry: string;
}

/** The newest binary package of a version; empty: there is none. */
function binaryPackageOf(work: string, cpv: string): string {
  const [category = '', pf = ''] = cpv.split('/');
  const folder = join(work, 'packages', category, parseCpv(cpv).pn);
  const builds = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${pf}-`)) : [];
  const newest = builds.sort().at(-1);
  return newest === undefined ? '' : join(folder, newest);
}

const features =
  'buildpkg -news -sandbox -usersandbox -userpriv -userfetch -network-sandbox -ipc-sandbox -pid-sandbox -mount-sandbox -merge-wait';

/**
 * Lets Portage build and merge one version in a copy of our staging root, which stands at its EPREFIX in a mount name space
 * of its own, without a network. Flags, profile, repositories and USE are those of the prefix's `etc/portage`.
 */
export function buildWithPortage(host: PortageHost, cpv: string): PortageBuilt {
  const { work, eprefix, checkout } = host;
  const kept = join(work, 'entries', cpv);
  const known = binaryPackageOf(work, cpv);
  if (existsSync(kept) && known !== '') return { binaryPackage: known, entry: kept };
  const copy = copyWithout(host, cpv);
  const tools = writeTools(host);
  const [tmp, packages] = [join(work, 'tmp'), join(work, 'packages')];
  for (const folder of [tmp, packages]) mkdirSync(folder, { recursive: true });
  const environment: Readonly<Record<string, string>> = {
    PORTAGE_OVERRIDE_EPREFIX: eprefix,
    PATH: `${eprefix}/usr/libexec/c-toolchain/bin:${tools}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: tmp,
    TERM: 'dumb',
    LC_ALL: 'C',
    PKGDIR: packages,
    PORTAGE_TMPDIR: tmp,
    PORT_LOGDIR: join(work, 'logs'),
    PORTAGE_USERNAME: 'root',
    PORTAGE_GRPNAME: 'root',
    FEATURES: features,
    // as ours are packed; the image is what is compared
    BINPKG_COMPRESS: 'zstd',
  };
  const user = process.getuid?.() === 0 ? [] : ['--unshare-user', '--uid', '0', '--gid', '0'];
  const mounts = ['--bind', '/', '/', '--dev-bind', '/dev', '/dev', '--proc', '/proc'];
  const place = ['--tmpfs', dirname(eprefix), '--bind', copy, eprefix];
  const set = Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]);
  const emerge = [
    'python3',
    '-b',
    join(checkout, 'bin/emerge'),
    '-1',
    '--nodeps',
    '--buildpkg',
    '--color=n',
    `=${cpv}`,
  ];
  const log = join(work, `${cpv.replace('/', ':')}.log`);
  const output = openSync(log, 'w');
  const { status } = spawnSync(
    'bwrap',
    [...user, ...mounts, ...place, '--unshare-net', '--die-with-parent', '--clearenv', ...set, ...emerge],
    { stdio: ['ignore', output, output] },
  );
  closeSync(output);
  if (status !== 0) {
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    throw new Error(`Portage could not build ${cpv}; its log is ${log}:\n${lines.slice(-15).join('\n')}`);
  }
  cpSync(join(copy, 'var/db/pkg', cpv), kept, { recursive: true });
  return { binaryPackage: binaryPackageOf(work, cpv), entry: kept };
}
