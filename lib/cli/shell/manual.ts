import type { Command } from '../command';

/** A command with its name, for the manual. */
export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

const environment: readonly (readonly [string, string])[] = [
  [
    'PREFIX_STUDIO_HOME',
    'The one folder that holds all state. Default: $XDG_DATA_HOME/prefix-studio, else ~/.local/share/prefix-studio.',
  ],
  [
    'PREFIX_STUDIO_TOKEN',
    'The token that the server asks for when it listens beyond this machine. Default: a new one at each start.',
  ],
  [
    'DATABASE_URL',
    'Address of a PostgreSQL database that holds designs and builds, in place of the file studio.db. DATABASE_URL_FILE and PREFIX_STUDIO_TOKEN_FILE name files that hold these secrets.',
  ],
  ['PREFIX_STUDIO_BUILD_USER', 'The user as whom builds of root run.'],
  ['XDG_CACHE_HOME', 'Where compiled code of this program is kept between starts. Default: ~/.cache.'],
  ['NO_COLOR', 'Set to anything: no colours.'],
];

/** Below `etc/portage` of the staging root. */
const files: readonly (readonly [string, string])[] = [
  [
    'bashrc',
    'Bash that is read before the phases of every package. It may define pre_PHASE and post_PHASE, such as post_src_unpack and pre_src_configure, which run around the phases of the ebuild, in its sandbox.',
  ],
  ['env/CATEGORY/NAME', 'The same for one package; also NAME-VERSION and NAME:SLOT.'],
  ['package.env', 'Lines of CATEGORY/NAME FILE...: variables for packages, from files in env/.'],
  ['patches/CATEGORY/NAME/*.patch', 'Patches of your own, applied behind those of the ebuild; see overlay patch.'],
];

/** roff takes a leading dot or quote as a request, and a bare hyphen as a typographic one. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replace(/^([.'])/gm, '\\&$1')
    .replaceAll('-', '\\-')
    .replace(
      /[^\0-\x7f]/gu,
      (character) => `\\[u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`,
    );

const paragraphs = (text: string): string =>
  text
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => (/^ {2}/.test(paragraph) ? `.EX\n${roff(paragraph)}\n.EE` : roff(paragraph)))
    .join('\n.PP\n');

const term = (name: string, text: string): string => `.TP\n.B ${roff(name)}\n${roff(text)}`;

function commandPart({ name, command }: NamedCommand): string {
  const options = Object.entries(command.help).map(([option, meaning]) => `.RS\n${term(option, `${meaning}.`)}\n.RE`);
  return [
    `.SS ${name}`,
    `.B prefix\\-studio ${roff(command.usage)}`,
    '.PP',
    paragraphs(command.description),
    ...options,
  ].join('\n');
}

/** The page prefix-studio(1) in the language of man(7). `released`: day of the release, so that a version has one page. */
export function manualPage(
  commands: readonly NamedCommand[],
  { version, released }: { readonly version: string; readonly released: string },
): string {
  return [
    `.TH PREFIX\\-STUDIO 1 "${roff(released)}" "prefix\\-studio ${roff(version)}" "Prefix Studio"`,
    '.SH NAME',
    'prefix\\-studio \\- design, build and inspect application prefixes, and ship them as systemd\\-sysext images',
    '.SH SYNOPSIS',
    '.B prefix\\-studio',
    '.I COMMAND',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    'Plans the packages of a design as Portage would, builds each from source in a sandbox, installs the run\\-time part into a',
    'root of its own, proves that nothing in it reaches for the host, and packs an image that merges over /opt or /usr.',
    'Every command takes',
    '.B \\-\\-json',
    'and',
    '.BR \\-\\-help .',
    '.SH COMMANDS',
    ...commands.map(commandPart),
    '.SH EXIT STATUS',
    term('0', 'success'),
    term('1', 'the answer is no: a design with problems, a failed build, nothing built yet'),
    term('2', 'incorrect use'),
    term('141', 'whoever reads the output closed it before the end; a build is cancelled then'),
    '.SH ENVIRONMENT',
    ...environment.map(([name, text]) => term(name, text)),
    '.SH FILES',
    roff(
      'As in Portage, these files below etc/portage of the staging root ($PREFIX_STUDIO_HOME/build/prefix-BOARD/NAME/root, then the path of the prefix) change how packages are built. After a change of them, but for patches, installed packages stay as they were built: build NAME --rebuild PACKAGE builds one again.',
    ),
    ...files.map(([name, text]) => term(name, text)),
    '.SH EXAMPLES',
    '.EX',
    roff('prefix-studio starters tree > prefix.yaml\nprefix-studio build prefix.yaml\nprefix-studio image tree -o .'),
    '.EE',
    '.SH SEE ALSO',
    '.BR systemd\\-sysext (8),',
    '.BR bwrap (1)',
  ].join('\n');
}
