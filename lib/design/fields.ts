import { isStudioError } from '../errors';
import { type Board, boards } from '../layout/names';
import { parseAtom } from '../pms/atom';
import { isGroupWord } from '../resolve/use-words';
import { oddAtomHint, repairedAtom } from './atom-repair';
import type { DesignProblem, DesignProblemCode } from './errors';

/** The verdict on one field: null when it is fine. */
export type FieldVerdict = DesignProblem | null;

function problem(
  field: string,
  code: DesignProblemCode,
  message: string,
  hint: string,
  suggestion?: string,
): DesignProblem {
  return suggestion === undefined ? { field, code, message, hint } : { field, code, message, hint, suggestion };
}

const longestQuote = 200;

/** Control characters made visible, so that a message shows what was typed; of a long text its beginning. */
export function visible(text: string, longest = longestQuote): string {
  const quoted = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return quoted.replace(/[\u0000-\u001f\u007f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

const longestName = 64;

/** A name becomes a directory, a command name and the name of the image, so it is one plain word. */
export function checkName(name: string, field = 'name'): FieldVerdict {
  if (name === '') {
    return problem(
      field,
      'NAME_EMPTY',
      'The prefix has no name.',
      'Type a short word such as `my-app`; it names the command, the directories and the image.',
    );
  }
  if (name.length > longestName) {
    return problem(
      field,
      'NAME_TOO_LONG',
      `The name has ${name.length} characters; file names made of it would get too long.`,
      `Use at most ${longestName} characters.`,
      name.slice(0, longestName),
    );
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/.test(name)) {
    const suggestion = name
      .trim()
      .replace(/[^A-Za-z0-9_.-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
      .replace(/\.{2,}/g, '.');
    return problem(
      field,
      'NAME_CHARACTERS',
      `\`${visible(name)}\` cannot be a prefix name: it becomes a directory, a command and an image name, so it may hold only letters, digits, \`-\`, \`_\` and single dots, and starts with a letter or digit.`,
      suggestion === '' ? 'Type a short word such as `my-app`.' : `Type \`${suggestion}\` instead.`,
      suggestion === '' ? undefined : suggestion,
    );
  }
  return null;
}

export function checkBoard(board: string, field = 'board'): FieldVerdict {
  if (Object.hasOwn(boards, board)) return null;
  const known = Object.keys(boards);
  const guess = /arm|aarch/i.test(board) ? 'arm64-usr' : 'amd64-usr';
  return problem(
    field,
    'BOARD_UNKNOWN',
    `There is no board \`${visible(board)}\`.`,
    `Choose ${known.map((name) => `\`${name}\``).join(' or ')}.`,
    guess,
  );
}

export function isBoard(board: string): board is Board {
  return Object.hasOwn(boards, board);
}

/** Directories of every distribution that a prefix would hide or mix with. */
const reservedPaths = new Set(
  ['/', '/opt', '/usr'].concat(
    ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libexec', 'include', 'share', 'src', 'local', 'games'].map(
      (d) => `/usr/${d}`,
    ),
    ['bin', 'sbin', 'lib', 'lib64', 'etc', 'share', 'include', 'src', 'man'].map((d) => `/usr/local/${d}`),
    // what other things on a target keep below /opt
    ['bin', 'cni', 'containerd'].map((d) => `/opt/${d}`),
    // what a target needs itself below /usr
    ['libx32', 'boot', 'share/oem', 'share/zoneinfo', 'share/ca-certificates'].map((d) => `/usr/${d}`),
    [
      'etc',
      'var',
      'home',
      'root',
      'tmp',
      'dev',
      'proc',
      'sys',
      'run',
      'boot',
      'mnt',
      'srv',
      'bin',
      'sbin',
      'lib',
      'lib64',
    ].map((d) => `/${d}`),
  ),
);

const reservedTrees = [
  '/usr/lib/',
  '/usr/lib64/',
  '/usr/bin/',
  '/usr/sbin/',
  '/usr/include/',
  '/usr/lib32/',
  '/usr/libx32/',
  '/usr/boot/',
  '/usr/share/zoneinfo/',
  '/usr/share/ca-certificates/',
  '/usr/share/oem/',
  '/opt/bin/',
  '/opt/cni/',
  '/opt/containerd/',
  '/dev/',
  '/proc/',
  '/sys/',
  '/run/',
];

/** The kernel cuts the interpreter line of a script at 127 bytes. Source: Linux fs/binfmt_script.c, BINPRM_BUF_SIZE */
const longestPath = 96;

const isReserved = (path: string): boolean =>
  reservedPaths.has(path) || reservedTrees.some((tree) => path.startsWith(tree));

/** The nearest path to what was typed that a prefix may have: in its shortest form, below `/opt` where it could not be elsewhere. */
function placeFor(text: string, { sysext }: { readonly sysext: boolean }): string {
  const kept: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '.' && part !== '') kept.push(part);
  }
  const path = `/${kept.join('/')}`;
  const isBelow = kept.length > 1 && (!sysext || ['opt', 'usr'].includes(kept[0] as string));
  if (isBelow && !isReserved(path)) return path;
  const last = kept.at(-1);
  return last === undefined || ['opt', 'usr'].includes(last) || isReserved(`/${last}`) ? '/opt/my-app' : `/opt/${last}`;
}

/**
 * A prefix path (EPREFIX): absolute, normalised, of characters that survive RPATH, interpreter lines and make.conf; below
 * `/usr` or `/opt` when a sysext is wanted, because only those two are merged. Source: systemd-sysext(8)
 */
export function checkPath(path: string, options: { readonly sysext: boolean }, field = 'path'): FieldVerdict {
  if (path === '') {
    return problem(field, 'MISSING', 'The prefix has no path.', 'Type an absolute path such as `/opt/my-app`.');
  }
  const bad = /[^A-Za-z0-9/._+-]/.exec(path);
  if (bad) {
    const suggestion = path.trim().replace(/[^A-Za-z0-9/._+-]+/g, '-');
    return problem(
      field,
      'PATH_CHARACTERS',
      `\`${visible(path)}\` holds ${JSON.stringify(bad[0])}: a prefix path is written into library search paths and script headers, where only letters, digits and \`/ . _ + -\` are safe.`,
      `Leave that character out, for instance \`${suggestion}\`.`,
      suggestion,
    );
  }
  if (!path.startsWith('/')) {
    const meant = placeFor(path, options);
    return problem(
      field,
      'PATH_RELATIVE',
      `\`${path}\` is relative: a prefix path is compiled into every binary and must be the same wherever it runs.`,
      `Start it with \`/\`, for instance \`${meant}\`.`,
      meant,
    );
  }
  const parts = path.split('/').slice(1);
  if (parts.some((part) => part === '..' || part === '.' || part === '') && path !== '/') {
    const meant = placeFor(path, options);
    return problem(
      field,
      'PATH_NOT_NORMAL',
      `\`${path}\` is not in its shortest form: \`..\`, \`.\`, doubled or trailing slashes would make one place have several names.`,
      `Type \`${meant}\`.`,
      meant,
    );
  }
  if (isReserved(path)) {
    return problem(
      field,
      'PATH_RESERVED',
      `\`${path}\` belongs to the system itself: a prefix there would mix with or hide the target's own files.`,
      'Use a directory of its own, for instance `/opt/my-app`.',
      '/opt/my-app',
    );
  }
  if (options.sysext && !path.startsWith('/usr/') && !path.startsWith('/opt/')) {
    const meant = placeFor(path, options);
    return problem(
      field,
      'PATH_OUTSIDE_SYSEXT',
      `\`${path}\` is outside \`/usr\` and \`/opt\`: systemd-sysext merges only those two, so the image would be empty on the target.`,
      `Use \`${meant}\`, or switch the sysext off in the design (\`sysext: false\`).`,
      meant,
    );
  }
  if (path.length > longestPath) {
    return problem(
      field,
      'PATH_TOO_LONG',
      `The path has ${path.length} characters; scripts inside could not name their interpreter any more (the kernel reads 127 bytes).`,
      `Use at most ${longestPath} characters.`,
    );
  }
  return null;
}

/** An entry of `packages`: an atom, or a set written with `@`. */
export function checkPackage(text: string, field: string): FieldVerdict {
  if (text.startsWith('@')) {
    return /^@[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)
      ? null
      : problem(
          field,
          'SET_INVALID',
          `\`${visible(text)}\` is not a set name.`,
          'Write `@` and a plain word, for instance `@server`.',
        );
  }
  return checkAtom(text, field);
}

/** A package dependency specification as one may ask for it; wildcards only where configuration files allow them. */
export function checkAtom(text: string, field: string, allowWildcard = false): FieldVerdict {
  if (text.startsWith('!')) {
    return problem(
      field,
      'ATOM_BLOCKER',
      `\`${visible(text)}\` is a blocker; a design asks for packages.`,
      `Use \`package_mask\` to keep \`${visible(text.replace(/^!+/, ''))}\` out.`,
    );
  }
  try {
    parseAtom(text, { allowRepository: true, allowWildcard });
    return null;
  } catch (error) {
    const trimmed = text.trim();
    const bare = /^[A-Za-z0-9_+-]+$/.test(trimmed) ? ` The Packages page shows the category of \`${trimmed}\`.` : '';
    const general = (isStudioError(error) && error.hint) || 'Write `category/name`, for instance `app-editors/nano`.';
    const hint = oddAtomHint(trimmed) ?? `${general}${bare}`;
    return problem(
      field,
      'ATOM_INVALID',
      `\`${visible(text)}\` is not a package that can be asked for.`,
      visible(hint, 600),
      allowWildcard ? undefined : (repairedAtom(text) ?? undefined),
    );
  }
}

/** One version of a package and nothing else: `=virtual/mta-9999`, as package.provided wants it. */
export function checkExactAtom(text: string, field: string): FieldVerdict {
  const verdict = checkAtom(text, field);
  if (verdict !== null || /^=[^:[\]*]+$/.test(text)) return verdict;
  return problem(
    field,
    'ATOM_INVALID',
    `\`${visible(text)}\` does not name one version.`,
    'Write the name with its version and nothing else, for instance `=virtual/mta-9999`.',
  );
}

/**
 * A word of USE: a flag, all flags of a prefix (`python_targets_*`) or all flags (`*` behind `-`), with `-` before it to
 * switch off. Source: PMS 3.1.4, make.conf(5) USE
 */
export function checkFlag(text: string, field: string): FieldVerdict {
  if (/^[-+]?[A-Za-z0-9][A-Za-z0-9+_@-]*$/.test(text) || /^-?[A-Za-z0-9][A-Za-z0-9+_@-]*_\*$/.test(text)) return null;
  if (text === '-*') return null;
  return problem(
    field,
    'FLAG_INVALID',
    `\`${visible(text)}\` is not a USE flag.`,
    /\S\s+\S/.test(text)
      ? `Give each of its words an entry of its own: ${text
          .trim()
          .split(/\s+/)
          .slice(0, 4)
          .map((word) => `\`${visible(word)}\``)
          .join(', ')}.`
      : 'Write the flag alone to switch it on, with `-` before it to switch it off: `ssl`, `-nls`.',
  );
}

/**
 * The words behind an atom of package.use: as `checkFlag`, and `NAME:` before values of a USE_EXPAND variable, among which
 * `*` means all. Source: portage(5), package.use
 */
export function checkFlags(words: readonly string[], field: string): readonly FieldVerdict[] {
  let isGroup = false;
  return words.map((word, at) => {
    if (isGroupWord(word)) {
      isGroup = true;
      return null;
    }
    return isGroup && word === '*' ? null : checkFlag(word, `${field}.${at}`);
  });
}

/** A token of ACCEPT_KEYWORDS. Source: PMS 7.3.2, make.conf(5) */
export function checkKeyword(text: string, field: string): FieldVerdict {
  if (/^-?[~]?[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text) || ['*', '~*', '**', '-*', '-~*'].includes(text)) return null;
  return problem(
    field,
    'KEYWORD_INVALID',
    `\`${visible(text)}\` is not a keyword.`,
    'Write `amd64`, `~amd64` to accept testing versions, or `-~amd64` to refuse them.',
  );
}

/** A token of ACCEPT_LICENSE: licence or `@GROUP`, with an optional `-`. */
export function checkLicense(text: string, field: string): FieldVerdict {
  if (/^-?(@?[A-Za-z0-9_][A-Za-z0-9+_.-]*|\*)$/.test(text)) return null;
  return problem(
    field,
    'LICENSE_INVALID',
    `\`${visible(text)}\` is not a licence name.`,
    'Write a licence such as `GPL-2`, a group such as `@FREE`, or `*` for all.',
  );
}

/** Variables that Studio writes itself; a design which sets them would break the prefix. */
const reservedVariables = new Set(
  'ROOT SYSROOT EPREFIX EROOT ESYSROOT BROOT D ED PKGDIR DISTDIR PORTAGE_TMPDIR PORT_LOGDIR PORTAGE_CONFIGROOT CHOST CBUILD EMERGE_DEFAULT_OPTS PATH HOME LD_PRELOAD LD_LIBRARY_PATH BASH_ENV ENV'.split(
    ' ',
  ),
);

/** Variables whose words have a grammar of their own. */
const wordChecks: Readonly<Record<string, (word: string, field: string) => FieldVerdict>> = {
  USE: checkFlag,
  ACCEPT_KEYWORDS: checkKeyword,
  ACCEPT_LICENSE: checkLicense,
};

/** A further make.conf variable and its value. */
export function checkVariable(name: string, value: string, field: string): FieldVerdict {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return problem(
      field,
      'VARIABLE_INVALID',
      `\`${visible(name)}\` is not a variable name.`,
      'Use letters, digits and `_`, for instance `PYTHON_TARGETS`.',
    );
  }
  if (reservedVariables.has(name)) {
    return problem(
      field,
      'VARIABLE_RESERVED',
      `\`${name}\` follows from the design and cannot be set by hand.`,
      'Remove this line.',
    );
  }
  if (/[\u0000-\u001f\u007f"\\`$]/.test(value)) {
    return problem(
      field,
      'VALUE_CHARACTERS',
      `The value of \`${name}\` holds a quote, backslash, \`$\`, backtick or control character, which make.conf would read as something else.`,
      'Write the plain value, words separated by spaces.',
    );
  }
  const check = wordChecks[name];
  for (const word of check ? value.split(/\s+/).filter(Boolean) : []) {
    const verdict = check?.(word, field) ?? null;
    if (verdict !== null) return verdict;
  }
  return null;
}
