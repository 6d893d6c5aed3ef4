import type { PackageNotice, QaCheck } from './events';
import type { PackageView } from './run-view';

export const noticeWords: Readonly<Record<PackageNotice['level'], string>> = {
  log: 'note',
  warn: 'warning',
  qa: 'quality',
  error: 'error',
};

/** What a check of ours is about, as a headline. */
export const qaWords: Readonly<Record<QaCheck, string>> = {
  'unowned-files': 'unowned files replaced',
  shebang: 'interpreters of scripts',
  'build-path': 'paths of the build',
  'text-relocations': 'text relocations',
  'exec-stack': 'executable stacks',
  'run-path': 'library search paths',
  'lazy-binding': 'setuid with lazy binding',
  'libtool-archive': 'libtool archives',
  'broken-link': 'broken links',
  'unusual-place': 'unusual places',
  'empty-directory': 'empty directories',
  'one-path': 'for this path only',
};

/** `warning in postinst`, `quality: broken links`. */
export function noticeTitle({ level, phase, check }: PackageNotice): string {
  return check === null ? `${noticeWords[level]} in ${phase}` : `${noticeWords[level]}: ${qaWords[check]}`;
}

/** Notices of a run's packages as lines for people, each package once with a heading; staging before final. */
export function noticeLines(packages: readonly Pick<PackageView, 'cpv' | 'root' | 'notices'>[]): readonly string[] {
  return packages.flatMap(({ cpv, root, notices }) =>
    notices.length === 0
      ? []
      : [
          `${cpv} in ${root}`,
          ...notices.flatMap((notice) => [
            `  ${noticeTitle(notice)}`,
            ...notice.text.split('\n').map((line) => (line === '' ? '' : `    ${line}`)),
          ]),
        ],
  );
}
