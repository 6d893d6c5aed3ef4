import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { dataHome } from '../home';
import { plainEnvironment } from '../host/plain-environment';
import { eapi, isKnownEapi } from '../pms';

/** A bash that ebuilds can be run with. */
export interface EbuildShell {
  /** absolute */
  readonly path: string;
  /** `5.2` */
  readonly version: string;
}

const machineBash = '/bin/bash';

/** The bash that `buildEbuildShell` makes. */
export const ownBash = (home: string = dataHome()): string => join(home, 'host-tools', 'bash-5.3', 'bash');

const versions = new Map<string, { readonly stamp: string; readonly version: string }>();

/** Version of a bash; `0` when there is none. Asked once per file. */
function versionOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) return '0';
  const stamp = `${found.mtimeMs}:${found.size}`;
  const known = versions.get(path);
  if (known?.stamp === stamp) return known.version;
  const answer = spawnSync(path, ['--version'], { encoding: 'utf8', env: plainEnvironment });
  const version = /version (\d+\.\d+)/.exec(answer.stdout ?? '')?.[1] ?? '0';
  versions.set(path, { stamp, version });
  return version;
}

/** Is version `a` older than `b`? Both of the form `5.3`. */
function isOlder(a: string, b: string): boolean {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [a, b].map((text) =>
    text.split('.').map(Number),
  ) as [number[], number[]];
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}

/** The newest bash there is: this machine's, or one that was built for it. */
export function newestShell(home: string = dataHome()): EbuildShell {
  const machine = { path: machineBash, version: versionOf(machineBash) };
  const own = { path: ownBash(home), version: versionOf(ownBash(home)) };
  return isOlder(machine.version, own.version) ? own : machine;
}

/**
 * The bash for ebuilds of an EAPI: this machine's where it is new enough, else the newest there is; whether that will do,
 * the runtime says. Source: PMS, "Ebuild file format", bash versions.
 */
export function shellFor(name: string, home: string = dataHome()): EbuildShell {
  const machine = { path: machineBash, version: versionOf(machineBash) };
  if (!isKnownEapi(name) || !isOlder(machine.version, eapi(name).bash)) return machine;
  return newestShell(home);
}

/** How to get a newer bash, as a sentence. */
export const newerShellHint =
  '`prefix-studio build-bash` builds bash 5.3 for this machine in a minute; it is used for ebuilds that need it only.';
