import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { childEnvironment } from '../host/child-environment';
import { findProgram } from '../host/find-program';
import { type HostTool, hostTools, treeTools } from '../host/host-tools';
import { keepInCache } from '../host/keep-in-cache';
import { programPath } from '../host/program-folders';
import { makeCandidate, onDemandSource, type PackageSource } from '../repo';

/** Repository name of packages that a command of this machine stands for. */
export const thisMachine = 'this-machine';

/** Packages of a tree that a tool stands for. */
export function packagesOfTool({ standsFor, packages }: HostTool): readonly string[] {
  return standsFor ?? (typeof packages.emerge === 'string' ? [packages.emerge] : []);
}

/** The version a command prints; `0` when it prints none. */
function askVersion(file: string, { command, versionArguments }: HostTool): string {
  // tclsh has no option for that
  const input = command === 'tclsh' ? 'puts [info patchlevel]\n' : '';
  const answer = spawnSync(file, versionArguments ?? [], {
    input,
    encoding: 'utf8',
    timeout: 5000,
    env: { ...childEnvironment(), LC_ALL: 'C' },
  });
  return /(?<![\w.])(?:v|go)?(\d+(?:\.\d+)+)/.exec(`${answer.stdout ?? ''}\n${answer.stderr ?? ''}`)?.[1] ?? '0';
}

const slotParts = { major: 1, minor: 2 } as const;

function slotOf({ slot }: HostTool, version: string): string {
  return slot === undefined ? '0' : version.split('.').slice(0, slotParts[slot]).join('.');
}

type Known = Record<string, { readonly stamp: string; readonly version: string }>;

/** Versions of commands, asked once and kept in `cacheFile` until the command changes. */
class KnownVersions {
  private known: Known = {};

  constructor(private readonly cacheFile: string | null) {
    if (cacheFile === null) return;
    try {
      this.known = JSON.parse(readFileSync(cacheFile, 'utf8')) as Known;
    } catch {
      this.known = {};
    }
  }

  of(file: string, tool: HostTool): string {
    const { mtimeMs, size } = statSync(file);
    const stamp = `${mtimeMs}:${size}`;
    const before = this.known[file];
    if (before?.stamp === stamp) return before.version;
    const version = askVersion(file, tool);
    this.known = { ...this.known, [file]: { stamp, version } };
    if (this.cacheFile !== null) keepInCache(this.cacheFile, JSON.stringify(this.known));
    return version;
  }
}

/**
 * What this machine offers to builds, as installed packages: each known command that the sandbox shows stands for packages
 * of its version. `path`: where it is looked for.
 */
export function machineHost(cacheFile: string | null, path: string = programPath): PackageSource {
  const versions = new KnownVersions(cacheFile);
  const offered = new Map<string, { readonly tool: HostTool; readonly file: string }>();
  for (const tool of [...hostTools, ...treeTools]) {
    const names = packagesOfTool(tool).filter((name) => !offered.has(name));
    if (names.length === 0) continue;
    const file = [tool.command, ...(tool.alternatives ?? [])]
      .map((command) => findProgram(command, path))
      .find((found) => found !== null);
    if (file) for (const name of names) offered.set(name, { tool, file });
  }
  const names = [...offered.keys()].sort();
  return onDemandSource(
    () => names,
    (name) => {
      const found = offered.get(name);
      if (!found) return [];
      const version = versions.of(found.file, found.tool);
      const metadata = {
        EAPI: '8',
        SLOT: slotOf(found.tool, version),
        DESCRIPTION: `\`${found.file}\` of this machine`,
      };
      return [makeCandidate(`${name}-${version}`, thisMachine, 'installed', metadata)];
    },
  );
}
