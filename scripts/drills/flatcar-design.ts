import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addTree } from '../../lib/plan/trees';
import type { FlatcarCheckout } from './drill';
import type { SmallDesign } from './small-design';

/** Quick to compile, and of every family: make, configure, autoreconf, CMake, Meson. */
export const flatcarPackages = [
  'app-arch/bzip2',
  'app-arch/ncompress',
  'dev-libs/cJSON',
  // later versions are in no archive of Debian 12 and 13
  '<dev-libs/inih-60',
  'dev-libs/libyaml',
  'dev-libs/mpdecimal',
  'dev-libs/xxhash',
  'sys-apps/attr',
  'sys-apps/keyutils',
  'sys-fs/lsscsi',
];

/** A design of ten packages of a Flatcar checkout, which the home knows as `flatcar` afterwards. */
export function writeFlatcarDesign(name: string, folder: string, home: string, from: FlatcarCheckout): SmallDesign {
  mkdirSync(home, { recursive: true });
  addTree('flatcar', from.checkout, home);
  const text = `${JSON.stringify({
    name,
    board: 'amd64-usr',
    path: `/opt/${name}`,
    tree: 'flatcar',
    toolchain: 'host',
    packages: flatcarPackages,
    make_conf: { CFLAGS: '-O0', CXXFLAGS: '-O0' },
    sources: { folders: from.sources === null ? [] : [from.sources] },
  })}\n`;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return { name, file, text };
}
