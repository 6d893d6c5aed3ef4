import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { EbuildFacts } from './ebuild-facts';

/** Where BROOT stands in the sandbox when programs have other names there. */
export const brootInside = '/run/prefix-studio/broot';

/**
 * Makes a folder that is BROOT for one build: `usr/bin` holds the names, everything else of `/usr` is the build machine's.
 * Eclasses start Python as `${BROOT}/usr/bin/python3.13`. `names`: name -> absolute path.
 */
export function makeHostNames(folder: string, names: Readonly<Record<string, string>>): void {
  rmSync(folder, { recursive: true, force: true });
  const usr = join(folder, 'usr');
  mkdirSync(join(usr, 'bin'), { recursive: true });
  for (const entry of readdirSync('/usr')) {
    if (entry !== 'bin') symlinkSync(join('/usr', entry), join(usr, entry));
  }
  for (const [name, path] of Object.entries(names)) {
    // a slot of a tree is part of a name
    if (/^[A-Za-z0-9][\w.+-]*$/.test(name)) symlinkSync(path, join(usr, 'bin', name));
  }
}

/** Has a build programs under other names? */
export const hasHostNames = ({ hostNames }: { readonly hostNames?: Readonly<Record<string, string>> }): boolean =>
  Object.keys(hostNames ?? {}).length > 0;

/** Who starts Python by the name of a version: packages with the eclass that looks for it. */
export function namesFor(
  { metadata }: Pick<EbuildFacts, 'metadata'>,
  hostNames: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const eclasses = (metadata._eclasses_ ?? '').split('\t');
  return eclasses.includes('python-utils-r1') ? hostNames : {};
}
