import { eapi as eapiNamed, isKnownEapi } from '../pms/eapi';
import { isAbsolutePath, joinOffset, normalizeAbsolutePath } from './path-text';
import type { NormalRoots, RootErrorCode, RootInput } from './roots-input';

export type RootAdviceCode =
  | RootErrorCode
  | 'relative-path'
  | 'prefixed-third-sysroot'
  | 'third-sysroot-needs-profile'
  | 'links-to-same-directory'
  | 'compared-as-text'
  | 'builds-against-host'
  | 'depend-on-host'
  | 'eapi-without-prefix'
  | 'cross-prefix'
  | 'inherited-prefix'
  | 'prefix-is-host-directory'
  | 'prefix-outside-hierarchies'
  | 'prefix-repeats-root'
  | 'space-in-path'
  | 'colon-in-path'
  | 'dots-in-path';

/** Input values to set; null means: leave the variable unset. */
export type RootChanges = Partial<
  Record<'root' | 'sysroot' | 'eprefix' | 'broot', string | null> & { eapi: string; usePackagesOnly: boolean }
>;

export interface RootFix {
  /** button text */
  readonly title: string;
  readonly changes: RootChanges;
}

/** Something a user should know about a combination of roots; `error` makes it unusable. */
export interface RootAdvice {
  readonly code: RootAdviceCode;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly fixes: readonly RootFix[];
}

const shown = (path: string): string => `\`${path}\``;

type Variable = 'root' | 'sysroot' | 'eprefix' | 'broot';

const names = { root: 'ROOT', sysroot: 'SYSROOT', eprefix: 'EPREFIX', broot: 'BROOT' } as const;

const variables: readonly Variable[] = ['root', 'sysroot', 'eprefix', 'broot'];

const set = (variable: Variable, value: string): RootFix => ({
  title: `Set ${names[variable]} to ${value}`,
  changes: { [variable]: value },
});

const note = (
  code: RootAdviceCode,
  severity: RootAdvice['severity'],
  message: string,
  fixes: readonly RootFix[] = [],
): RootAdvice => ({ code, severity, message, fixes });

const unsetSysroot: RootFix = { title: 'Leave SYSROOT out', changes: { sysroot: null } };

/** The error in other words, with the values that would be valid. */
function forError(code: RootErrorCode, input: RootInput): RootAdvice {
  switch (code) {
    case 'unknown-eapi':
      return note(code, 'error', `EAPI ${shown(input.eapi)} is not known.`, [
        { title: 'Use EAPI 8', changes: { eapi: '8' } },
      ]);
    case 'control-character':
      return note(
        code,
        'error',
        'A path contains a control character.',
        variables.flatMap((variable) => {
          const text = input[variable] ?? '';
          const clean = [...text].filter((character) => character >= ' ' && character !== '\x7f').join('');
          return clean === text ? [] : [set(variable, clean)];
        }),
      );
    case 'root-relative':
    case 'sysroot-relative':
    case 'eprefix-relative':
    case 'broot-relative': {
      const variable = code.slice(0, -'-relative'.length) as Variable;
      const text = input[variable] ?? '';
      const glued = variable === 'eprefix' ? ' It would be joined to ROOT without a slash in between.' : '';
      return note(code, 'error', `${names[variable]} ${shown(text)} is not an absolute path.${glued}`, [
        set(variable, normalizeAbsolutePath(text)),
      ]);
    }
    case 'root-not-a-directory':
      return note(code, 'error', `ROOT ${shown(input.root ?? '/')} is a file, not a directory.`);
    case 'sysroot-must-be-slash': {
      const sysroot = input.sysroot ?? '/';
      return note(
        code,
        'error',
        `ROOT is \`/\`: what is built is for this very system, so its libraries cannot come from ${shown(sysroot)}.`,
        [unsetSysroot, { title: `Set ROOT to ${sysroot} too`, changes: { root: sysroot } }],
      );
    }
  }
}

/** What is odd about the text of a path, whatever it stands for. */
function aboutText(input: RootInput, roots: NormalRoots): RootAdvice[] {
  return variables.flatMap((variable): RootAdvice[] => {
    const text = input[variable] ?? '';
    if (text === '') return [];
    const name = names[variable];
    const advice: RootAdvice[] = [];
    if (!isAbsolutePath(text)) {
      advice.push(
        note(
          'relative-path',
          'warning',
          `${name} ${shown(text)} is relative: it means ${shown(roots[variable])} only from here.`,
          [set(variable, roots[variable])],
        ),
      );
    }
    if (text.split('/').some((part) => part === '..' || part === '.')) {
      advice.push(
        note(
          'dots-in-path',
          'info',
          `${name} is read as ${shown(roots[variable] || '/')}; links on the way are not resolved.`,
          [set(variable, roots[variable] || '/')],
        ),
      );
    }
    return advice;
  });
}

/** A character that tools stumble over, in every variable that has it: one fix replaces them all. */
function aboutCharacter(input: RootInput, code: RootAdviceCode, character: string, trouble: string): RootAdvice[] {
  const affected = variables.filter((variable) => (input[variable] ?? '').includes(character));
  if (affected.length === 0) return [];
  const clean = (variable: Variable): string => (input[variable] ?? '').split(character).filter(Boolean).join('-');
  return [
    note(code, 'warning', `${affected.map((variable) => names[variable]).join(' and ')}: ${trouble}`, [
      {
        title: `Write ${affected.map(clean).join(', ')}`,
        changes: Object.fromEntries(affected.map((variable) => [variable, clean(variable)])),
      },
    ]),
  ];
}

const hostDirectories = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc', '/var', '/opt', '/home', '/root', '/boot'];

function aboutPrefix({ root, eprefix }: NormalRoots): RootAdvice[] {
  const advice: RootAdvice[] = [];
  if (eprefix === '') return advice;
  const last = eprefix.slice(eprefix.lastIndexOf('/') + 1);
  if (hostDirectories.includes(eprefix)) {
    const own =
      eprefix === '/opt' || eprefix === '/usr'
        ? `${eprefix === '/usr' ? '/usr/local' : '/opt'}/prefix`
        : `/opt/${last}`;
    advice.push(
      note(
        'prefix-is-host-directory',
        'warning',
        `EPREFIX ${shown(eprefix)} is a directory of every system: the files of the prefix would mix with the host's.`,
        [set('eprefix', own)],
      ),
    );
  } else if (!/^\/(?:usr|opt)\//.test(eprefix)) {
    advice.push(
      note(
        'prefix-outside-hierarchies',
        'info',
        `A systemd-sysext image can only carry files below \`/usr\` and \`/opt\`; EPREFIX ${shown(eprefix)} is in neither.`,
        [set('eprefix', `/opt/${last}`)],
      ),
    );
  }
  if (root !== '/' && (eprefix === root || eprefix.startsWith(`${root}/`))) {
    const rest = eprefix.slice(root.length);
    advice.push(
      note(
        'prefix-repeats-root',
        'warning',
        `EPREFIX begins with ROOT, so EROOT would be ${shown(joinOffset(root, eprefix))}. EPREFIX is the path as the finished program sees it.`,
        rest === '' ? [] : [set('eprefix', rest)],
      ),
    );
  }
  return advice;
}

function aboutThirdSysroot({ root, sysroot, eprefix }: NormalRoots, input: RootInput): RootAdvice[] {
  if (sysroot === '/' || sysroot === root) return [];
  const sameAsRoot: RootFix = { title: 'Set SYSROOT to the same as ROOT', changes: { sysroot: root } };
  const { realRoot, realSysroot } = input.disk ?? {};
  if (realRoot !== undefined && realRoot === realSysroot) {
    return [
      note(
        'links-to-same-directory',
        'warning',
        `ROOT ${shown(root)} and SYSROOT ${shown(sysroot)} are one directory (${shown(realRoot)}) through a link, but they are compared as text, so SYSROOT counts as a third one without an offset prefix.`,
        [sameAsRoot, { title: `Set ROOT to ${sysroot}`, changes: { root: sysroot } }],
      ),
    ];
  }
  const advice =
    eprefix === ''
      ? note(
          'third-sysroot-needs-profile',
          'info',
          `SYSROOT ${shown(sysroot)} is a third system beside ROOT and the host. Portage reads its configuration from ${shown(`${sysroot}/etc/portage`)} and stops when there is no profile.`,
          [sameAsRoot],
        )
      : note(
          'prefixed-third-sysroot',
          'warning',
          `SYSROOT is neither \`/\` nor ROOT, so it is used without an offset prefix, and Portage looks for its profile in ${shown(`${sysroot}/etc/portage`)}. A SYSROOT with a prefix inside is only possible when it equals ROOT.`,
          [sameAsRoot, unsetSysroot],
        );
  const unseen =
    realRoot === undefined
      ? [
          note(
            'compared-as-text',
            'info',
            'ROOT and SYSROOT are compared as text. When one is a link to the other they still count as different.',
          ),
        ]
      : [];
  return [advice, ...unseen];
}

function aboutUse(input: RootInput, { root, sysroot, eprefix, broot }: NormalRoots): RootAdvice[] {
  const eapi = eapiNamed(input.eapi);
  const advice: RootAdvice[] = [];
  if (root === '/' && eprefix !== broot) {
    advice.push(
      note(
        'cross-prefix',
        'info',
        `SYSROOT is both ROOT and \`/\`. The first rule wins: DEPEND is looked for at EPREFIX ${shown(eprefix || '/')}, not at BROOT ${shown(broot || '/')}.`,
      ),
    );
  }
  if (eapi.hasSysroot && root !== '/' && sysroot === '/' && eprefix !== '' && input.usePackagesOnly !== true) {
    advice.push(
      note(
        'builds-against-host',
        'warning',
        'SYSROOT is the host, so anything compiled now would take libraries and headers from the host instead of the prefix. Install from binary packages only, or set SYSROOT to ROOT.',
        [
          { title: 'Install from binary packages only', changes: { usePackagesOnly: true } },
          { title: 'Set SYSROOT to the same as ROOT', changes: { sysroot: root } },
        ],
      ),
    );
  }
  if (!eapi.hasSysroot && root !== '/') {
    advice.push(
      note(
        'depend-on-host',
        'warning',
        `An ebuild of EAPI ${eapi.name} has its DEPEND on the host, never in SYSROOT: libraries it links against have to be there as RDEPEND too.`,
      ),
    );
  }
  if (!eapi.hasPrefix && eprefix !== '') {
    advice.push(
      note(
        'eapi-without-prefix',
        'warning',
        `Ebuilds of EAPI ${eapi.name} do not know an offset prefix and install into \`/usr\` of ROOT.`,
      ),
    );
  }
  if ((input.eprefix === undefined || input.eprefix === null) && broot !== '') {
    advice.push(
      note(
        'inherited-prefix',
        'info',
        `EPREFIX is unset and therefore the package manager's own offset, ${shown(broot)}.`,
        [{ title: 'Use no prefix', changes: { eprefix: '' } }],
      ),
    );
  }
  return advice;
}

const weight = { error: 0, warning: 1, info: 2 } as const;

/** Everything to be said about a combination, errors first. `roots` is null when the input could not be read. */
export function adviseOnRoots(input: RootInput, roots: NormalRoots | null, error: RootErrorCode | null): RootAdvice[] {
  const advice = error === null ? [] : [forError(error, input)];
  if (roots !== null && isKnownEapi(input.eapi)) {
    advice.push(
      ...aboutThirdSysroot(roots, input),
      ...aboutUse(input, roots),
      ...aboutPrefix(roots),
      ...aboutText(input, roots),
      ...aboutCharacter(input, 'space-in-path', ' ', 'many build systems cannot handle spaces in paths.'),
      ...aboutCharacter(
        input,
        'colon-in-path',
        ':',
        'a colon separates directories in PATH and in library search paths.',
      ),
    );
  }
  return advice.sort((a, b) => weight[a.severity] - weight[b.severity]);
}
