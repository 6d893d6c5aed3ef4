import { howToGetCommand } from '../host/install-advice';

/** A kind of line in a build log that tells why a build failed. */
export interface ErrorRule {
  readonly pattern: RegExp;
  /**
   * `cause`: the first such line is what went wrong. `doubt`: builds go on after most such lines, so the last one counts, and only if the
   * build ended with it. `symptom`: a consequence, shown only when no cause was found.
   */
  readonly weight: 'cause' | 'doubt' | 'symptom';
  /** What to do, from the parts that the pattern took. Absent: no next step is known. */
  readonly hint?: (parts: RegExpMatchArray) => string;
}

const installTool = (tool: string): string =>
  howToGetCommand(tool) ?? `Install \`${tool}\` on the build machine, or build without the part that needs it.`;

/** What the text of an ebuild or eclass calls is a function more often than a program. */
const notAFunction = (name: string): string =>
  `The ebuild calls \`${name}\`, which is no function of its EAPI or of the eclasses that it inherits. Is it a program? ${installTool(name)}`;

/** In the order in which they are tried on one line. */
export const errorRules: readonly ErrorRule[] = [
  {
    pattern: /^(?:\S+\/)?ld[\w.]*: (\S+) belongs to the build machine, not to the prefix/,
    weight: 'cause',
    hint: () => 'Add the package that has this library to DEPEND, so that the one of the prefix is used.',
  },
  {
    pattern: /fatal error: (\S+): No such file or directory/,
    weight: 'cause',
    hint: ([, header]) => `Add the package that installs \`${header}\` to DEPEND.`,
  },
  {
    pattern: /\w: cannot find -l(\S+?)(?:: No such file or directory)?$/,
    weight: 'cause',
    hint: ([, library]) => `The prefix has no library \`${library}\`: add its package to DEPEND.`,
  },
  {
    pattern: /No space left on device|Disk quota exceeded|You don't have enough free space/,
    weight: 'cause',
    hint: () => 'Free some disk space (`prefix-studio clean` shows what can be removed) and resume the build.',
  },
  {
    pattern:
      /internal compiler error: Killed|fatal error: Killed signal terminated program|virtual memory exhausted|^Killed$/,
    weight: 'cause',
    hint: () => 'The machine ran out of memory: build with fewer jobs (`MAKEOPTS="-j1"`) and resume.',
  },
  {
    pattern: /^\S+\.(?:ebuild|eclass): line \d+: ([\w+.-]+): command not found$/,
    weight: 'doubt',
    hint: ([, name]) => notAFunction(name ?? ''),
  },
  {
    // config.guess and friends ask for tools that they can do without
    pattern: /^(?!checking ).*?(?:line \d+: |: )([\w+.-]+): (?:command )?not found$/,
    weight: 'doubt',
    hint: ([, tool]) => installTool(tool ?? ''),
  },
  {
    pattern: /needs the program `([^`]+)`, which this machine does not have/,
    weight: 'cause',
    hint: ([, tool]) => installTool(tool ?? ''),
  },
  {
    pattern: /configure: error: cannot run C compiled programs/,
    weight: 'cause',
    hint: () => 'The loader of the prefix is not in place: is `sys-libs/c-runtime` merged into staging?',
  },
  {
    pattern: /configure: error: C(?:\+\+)? compiler cannot create executables/,
    weight: 'cause',
    hint: () => 'The compiler wrapper does not work: is `sys-devel/c-toolchain` merged into staging? See config.log.',
  },
  {
    pattern: /configure: error: Package requirements \((.+)\) were not met/,
    weight: 'cause',
    hint: ([, modules]) => `pkg-config finds no \`${modules}\` in the prefix: add the package to DEPEND.`,
  },
  // autoconf says where before it says what
  { pattern: /configure: error: (?!in [`'"])(.+)/, weight: 'cause' },
  { pattern: /^CMake Error/, weight: 'cause' },
  { pattern: /^\S*meson\.build:\d+:\d+: ERROR: /, weight: 'cause' },
  { pattern: /^\S+:\d+:(?:\d+:)? (?:fatal )?error: /, weight: 'cause' },
  { pattern: /^\S+:\d+: Error: /, weight: 'cause' },
  { pattern: /^\S+: \S+: undefined reference to |undefined reference to [`']/, weight: 'cause' },
  // where it is comes before what it is; a library of another machine is passed over
  { pattern: /^(?:\S+\/)?ld[\w.]*: (?!warning|NOTE|skipping incompatible|\S+: in function )/, weight: 'cause' },
  { pattern: /^error(?:\[E\d+\])?: /, weight: 'cause' },
  {
    pattern: /^Hunk #\d+ FAILED at|^can't find file to patch at|^patch: \*+ /,
    weight: 'cause',
    hint: () => 'The patch was made for another version of the sources.',
  },
  {
    pattern:
      /^(?:tar|gzip|bzip2|xz|zstd|unzip|lzma|lzip): .*(?:[Uu]nexpected (?:end|EOF)|not in \S+ format|does not look like a tar archive|[Ff]ile format not recognized|corrupt|data integrity error|invalid compressed data|crc error|bad CRC|signature not found)/,
    weight: 'cause',
    hint: () => 'The distfile may be damaged: delete it and fetch again.',
  },
  // they warn of much, and say so at the end when that ended them
  {
    pattern:
      /^(?:tar|gzip|bzip2|xz|zstd|unzip|lzma|lzip): (?!.*[Ww]arning)(?!.*time stamp|Removing leading|Ignoring unknown).+/,
    weight: 'symptom',
  },
  { pattern: /^make(?:\[\d+\])?: \*\*\* No rule to make target/, weight: 'cause' },
  { pattern: /^(?:Traceback \(most recent call last\):|\w*(?:Error|Exception): .+)$/, weight: 'symptom' },
  {
    pattern:
      /^(?:install|cp|mv|ln|mkdir|rm|chmod|chown|cannot \w+)\b.*: (?:No such file or directory|Permission denied|Read-only file system)/,
    weight: 'symptom',
  },
  { pattern: /^\S.*: (?:Permission denied|Read-only file system)$/, weight: 'symptom' },
  { pattern: /^(?:FAIL|FAILED|not ok)\b.*/, weight: 'symptom' },
  { pattern: /^ninja: (?:error|build stopped|fatal): /, weight: 'symptom' },
  { pattern: /^make(?:\[\d+\])?: \*\*\* /, weight: 'symptom' },
  { pattern: /^!!! Couldn't download/, weight: 'symptom' },
];
