import {
  arm64Library,
  arm64Tools,
  dataFor,
  type HostTool,
  kernelHeaders,
  type PackageNames,
  toolNamed,
} from './host-tools';
import { type PackageSystem, thisSystem } from './package-systems';

/** Where to go when a system has no package: the container has everything. */
export const containerHint = 'Run Prefix Studio in its container (packaging/Containerfile).';

/** What a machine would have to install. Names sorted, each once; `lacking`: why the rest cannot be had. */
export function packagesFor(
  wanted: readonly PackageNames[],
  system: PackageSystem,
): { readonly names: readonly string[]; readonly lacking: readonly string[] } {
  const found = wanted.map((packages) => packages[system.id]);
  const names = found.filter((entry) => typeof entry === 'string');
  const lacking = found.flatMap((entry) => (typeof entry === 'string' ? [] : [entry.lacks]));
  return { names: [...new Set(names)].sort(), lacking: [...new Set(lacking)] };
}

/** `sudo dnf install gcc make`, to be typed by a person. null: there is nothing to install. */
export function installLine(system: PackageSystem, names: readonly string[], isRoot = process.getuid?.() === 0) {
  if (names.length === 0) return null;
  return [...(isRoot ? [] : ['sudo']), system.program, ...system.install, ...names].join(' ');
}

function adviceFor(wanted: readonly PackageNames[], what: string, system: PackageSystem | null): string {
  if (system === null) return `Install ${what} with the package manager of this system. ${containerHint}`;
  const { names, lacking } = packagesFor(wanted, system);
  const line = installLine(system, names);
  const reasons = lacking.map((reason) => `This system has no package for ${what}: ${reason}. ${containerHint}`);
  return [...(line === null ? [] : [`Run \`${line}\`.`]), ...reasons].join(' ');
}

/** How to get one tool on this machine, in a sentence. */
export function howToGet(tool: HostTool, system: PackageSystem | null = thisSystem()): string {
  return adviceFor([tool.packages], `\`${tool.command}\``, system);
}

/** The same by the command's name. */
export function howToGetCommand(command: string, system: PackageSystem | null = thisSystem()): string | undefined {
  const tool = toolNamed(command);
  return tool && howToGet(tool, system);
}

/** How to get what builds for arm64-usr on another machine. */
export function howToGetArm64(system: PackageSystem | null = thisSystem()): string {
  const compilers = arm64Tools.filter(({ command }) => !command.startsWith('qemu'));
  return adviceFor([...compilers.map(({ packages }) => packages), arm64Library], 'the cross compiler', system);
}

/** How to get the kernel's headers for programs. */
export const howToGetKernelHeaders = (system: PackageSystem | null = thisSystem()): string =>
  adviceFor([kernelHeaders], "the kernel's headers", system);

/** How to get data of a package that is no command; undefined: none that we know. */
export function howToGetData(qualifiedName: string, system: PackageSystem | null = thisSystem()): string | undefined {
  const data = dataFor(qualifiedName);
  return data && adviceFor([data.packages], `\`${qualifiedName.split('/')[1]}\``, system);
}

/** A module of a language, which systems name by rules with exceptions: the rule, as a guess. */
function moduleAdvice(what: string, names: Partial<PackageNames>, system: PackageSystem | null): string {
  const name = system && names[system.id];
  const line = system && typeof name === 'string' ? installLine(system, [name]) : null;
  return line === null ? `Install ${what} from this machine's packages.` : `Install ${what}, usually with \`${line}\`.`;
}

/** How to get a module of Python by the name of its distribution. */
export function howToGetPythonModule(name: string, system: PackageSystem | null = thisSystem()): string {
  const plain = name.toLowerCase().replace(/[._]+/g, '-');
  const names = {
    apt: `python3-${plain}`,
    dnf: `python3-${plain}`,
    pacman: `python-${plain}`,
    zypper: `python3-${plain}`,
    apk: `py3-${plain}`,
  };
  return moduleAdvice(`the Python module \`${name}\``, names, system);
}

/** How to get a module of Perl by the name of its distribution, `XML-Parser`. */
export function howToGetPerlModule(name: string, system: PackageSystem | null = thisSystem()): string {
  const plain = name.toLowerCase();
  const names = {
    apt: `lib${plain}-perl`,
    dnf: `perl-${name}`,
    pacman: `perl-${plain}`,
    zypper: `perl-${name}`,
    apk: `perl-${plain}`,
  };
  return moduleAdvice(`the Perl module \`${name.replaceAll('-', '::')}\``, names, system);
}
