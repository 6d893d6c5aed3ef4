import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMount } from '../../host/sandbox';
import type { WrittenMachine } from './elf-writer';
import { loaderCache } from './loader-cache';
import { stubLibrary } from './stub-library';

/** A library that no prefix has; every list of the hostile host names it. */
export const foreignLibrary = 'libnss_foreign.so.2';
/** Folder that LD_LIBRARY_PATH names; it holds libraries with sonames of the prefix only. */
export const namedFolder = '/srv/libraries';

/** A host that means no good, as mounts of a sandbox. */
export interface HostileHost {
  readonly mounts: readonly SandboxMount[];
  readonly environment: Readonly<Record<string, string>>;
  /** sonames for which it has a library */
  readonly libraries: number;
}

const triplets: Readonly<Record<WrittenMachine, string>> = { 62: 'x86_64-linux-gnu', 183: 'aarch64-linux-gnu' };
const loaders: Readonly<Record<WrittenMachine, string>> = { 62: 'ld-linux-x86-64.so.2', 183: 'ld-linux-aarch64.so.1' };

const databases = ['passwd', 'group', 'shadow', 'hosts', 'networks', 'services', 'protocols', 'netgroup', 'initgroups'];

/** Files of its /etc. */
const configuration: Readonly<Record<string, string>> = {
  'nsswitch.conf': databases.map((name) => `${name}: foreign files\n`).join(''),
  passwd: 'root:x:0:0:root:/:/bin/sh\n',
  group: 'root:x:0:\n',
  hosts: '127.0.0.1 localhost\n',
  'resolv.conf': 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n',
  services: 'http 80/tcp\n',
  protocols: 'tcp 6 TCP\n',
};

const categories =
  'ADDRESS COLLATE CTYPE IDENTIFICATION MEASUREMENT MONETARY NAME NUMERIC PAPER TELEPHONE TIME MESSAGES/SYS_LC_MESSAGES';
const garbage = Buffer.alloc(4096, 0xff);

function write(path: string, content: string | Buffer): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
}

/** Locales and conversions that make no sense. */
function writeData(library: string, machine: WrittenMachine): void {
  write(join(library, 'locale/locale-archive'), garbage);
  for (const locale of ['C.utf8', 'en_US.utf8'])
    for (const category of categories.split(' '))
      write(join(library, 'locale', locale, category.replace(/^(\w+)/, 'LC_$1')), garbage);
  write(join(library, 'gconv/gconv-modules.cache'), garbage);
  write(
    join(library, 'gconv/gconv-modules'),
    ['EUC-JP', 'ISO-8859-15']
      .map((set) => `module ${set}// INTERNAL FOREIGN 1\nmodule INTERNAL ${set}// FOREIGN 1\n`)
      .join(''),
  );
  write(join(library, 'gconv/FOREIGN.so'), stubLibrary(machine, 'FOREIGN.so'));
}

/** Folders of its own among its libraries. */
const ownFolders: readonly string[] = ['locale', 'gconv', ...Object.values(triplets)];

/** Can the hostile host have a library of this soname? A library may call itself anything, also what is no name of a file. */
export const canHaveLibrary = (soname: string): boolean =>
  /^[\w.+-]{1,255}$/.test(soname) && soname !== '.' && soname !== '..' && !ownFolders.includes(soname);

/**
 * Makes a host with libraries of the sonames of a prefix, each of which ends the program that loads it, a loader cache
 * that names them, name services, locales and conversions of its own, all in an empty folder. `preloads`: its ld.so.preload
 * names one, too. Sonames of which it cannot have a library are left out.
 */
export function makeHostileHost(
  folder: string,
  machine: WrittenMachine,
  sonames: readonly string[],
  { preloads }: { readonly preloads: boolean },
): HostileHost {
  const library = join(folder, 'lib');
  const named = join(folder, 'named');
  const own = [...new Set(sonames)].filter(canHaveLibrary);
  for (const name of own) {
    const stub = stubLibrary(machine, name);
    write(join(library, name), stub);
    if (name !== loaders[machine]) write(join(named, name), stub);
  }
  mkdirSync(named, { recursive: true });
  const others = [foreignLibrary, loaders[machine]];
  for (const name of others) {
    write(join(library, name), stubLibrary(machine, name));
    // the kernel starts it for programs that name it
    chmodSync(join(library, name), 0o755);
  }
  symlinkSync('.', join(library, triplets[machine]));
  writeData(library, machine);

  const etc = join(folder, 'etc');
  for (const [name, text] of Object.entries(configuration)) write(join(etc, name), text);
  const listed = [...new Set([...own, ...others])].map((name) => [name, `/lib/${name}`] as const);
  write(join(etc, 'ld.so.cache'), loaderCache(machine, listed));
  if (preloads) write(join(etc, 'ld.so.preload'), `/lib/${foreignLibrary}\n`);

  const readOnly = (source: string, target: string): SandboxMount => ({ source, target, access: 'read-only' });
  return {
    mounts: [
      ...['/lib', '/lib64', '/usr/lib', '/usr/lib64'].map((target) => readOnly(library, target)),
      readOnly(etc, '/etc'),
      readOnly(named, namedFolder),
    ],
    environment: { LD_LIBRARY_PATH: namedFolder, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' },
    libraries: listed.length,
  };
}
