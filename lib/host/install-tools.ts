import { spawnSync } from 'node:child_process';
import { childEnvironment } from './child-environment';
import { findProgram } from './find-program';
import { type HostTool, hostTools } from './host-tools';
import { containerHint, installLine, packagesFor } from './install-advice';
import { type PackageSystem, thisSystem } from './package-systems';
import { programPath } from './program-folders';

export { thisSystem };

/** Tools that are not required but small, and without which a starter would do less. */
const alsoWanted = ['systemd-dissect', 'mkfs.erofs', 'zstd', 'unzip', 'dpkg-source', 'msgfmt', 'tclsh', 'tic'];

/** Folders of programs that are not in the PATH of every user. */
const withSystemFolders = (): string => `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/**
 * Where a tool, or what may stand in for it, is; null: nowhere. What runs in builds is looked for where they find it: one in a
 * folder of the user's is none.
 */
export function findTool(tool: HostTool): string | null {
  for (const name of [tool.command, ...(tool.alternatives ?? [])]) {
    const path = findProgram(name, tool.isOurs ? withSystemFolders() : programPath);
    if (path !== null) return path;
  }
  return null;
}

/** What this machine lacks of the tools that are required, or small and wanted. */
function missingTools(): readonly HostTool[] {
  return hostTools.filter((tool) => (tool.required || alsoWanted.includes(tool.command)) && findTool(tool) === null);
}

/** How this user runs the package manager without being asked; null: not at all. */
function asRoot(): readonly string[] | null {
  if (process.getuid?.() === 0) return [];
  const isAllowed =
    findProgram('sudo') !== null &&
    spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', env: childEnvironment() }).status === 0;
  return isAllowed ? ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : null;
}

function runManager(system: PackageSystem, before: readonly string[], args: readonly string[]): boolean {
  const [program = system.program, ...rest] = [...before, system.program, ...args];
  const env = { ...childEnvironment(['APT_CONFIG']), DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, rest, { stdio: ['ignore', 2, 2], env }).status === 0;
}

/** Installs packages where that needs no answer of a person, else says the line that does. Are they there now? */
export function installPackages(system: PackageSystem, names: readonly string[], say: (text: string) => void): boolean {
  const line = installLine(system, names);
  if (line === null) return true;
  const before = asRoot();
  if (before === null) {
    say(`Some tools are missing. To get them, run:\n  ${line}`);
    return false;
  }
  say(`Installing ${names.join(' ')}...`);
  const install = [...system.installUnasked, ...names];
  if (runManager(system, before, install)) return true;
  // the lists of a fresh machine may be empty or old
  if (system.refresh && runManager(system, before, system.refresh) && runManager(system, before, install)) return true;
  say(`These could not be installed; see why with:\n  ${line}`);
  return false;
}

/** Gets what is missing of the build machine's tools. Are all there now? */
export function provideTools(say: (text: string) => void): boolean {
  const missing = missingTools();
  if (missing.length === 0) return true;
  const system = thisSystem();
  if (system === null) {
    say(
      `Missing: ${missing.map(({ command }) => command).join(', ')}. Its package manager is not known. ${containerHint}`,
    );
    return false;
  }
  const { names, lacking } = packagesFor(
    missing.map(({ packages }) => packages),
    system,
  );
  const isInstalled = installPackages(system, names, say);
  // what a system lacks of the optional tools is for `doctor` to tell
  const needed = packagesFor(
    missing.filter(({ required }) => required).map(({ packages }) => packages),
    system,
  ).lacking;
  for (const reason of needed) say(`Nothing can be built on this system: ${reason}. ${containerHint}`);
  return isInstalled && lacking.length === 0;
}
