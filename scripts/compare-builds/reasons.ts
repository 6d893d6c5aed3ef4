/** What is compared: path with kind, mode, owner and target; ELF; first line of scripts; bytes; VDB record. */
export type Aspect = 'entry' | 'elf' | 'script' | 'size' | 'record';

export interface Unexplained {
  readonly aspect: Aspect;
  readonly name: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

interface Reason {
  readonly aspect: Aspect;
  readonly applies: (difference: Unexplained) => boolean;
  readonly text: string;
}

const isNamed =
  (...names: readonly string[]) =>
  ({ name }: Unexplained): boolean =>
    names.includes(name);

/** Differences that are meant. docs/unmodified-ebuilds.md, "Compared with Portage", has them in the same words. */
const reasons: readonly Reason[] = [
  {
    aspect: 'record',
    applies: isNamed('BUILD_TIME', 'COUNTER', 'BUILD_ID'),
    text: 'when, and as which build, it was made',
  },
  {
    aspect: 'record',
    applies: ({ name, ours }) =>
      ours === undefined && ['BINPKGMD5', 'FEATURES', 'REPO_REVISIONS', 'metadata'].includes(name),
    text: 'about the Portage that built it; Portage does not need them to read the entry',
  },
  {
    aspect: 'record',
    applies: ({ name, theirs }) => theirs === undefined && name.startsWith('PREFIX_STUDIO_'),
    text: 'our build key, and what was changed by the user',
  },
  {
    aspect: 'record',
    applies: ({ name, theirs }) => theirs === undefined && ['ARCH', 'REQUIRED_USE', 'SRC_URI'].includes(name),
    text: 'kept for our own questions; Portage keeps no such file and does not read it',
  },
  {
    aspect: 'record',
    applies: ({ name, ours = '', theirs = '' }) =>
      name === 'CONTENTS' && theirs === '' && ours.split('\n').every((line) => /^dir (\/[^/]+){1,2}$/.test(line)),
    text: 'we also name EPREFIX and the folders above it; Portage begins below it',
  },
  {
    aspect: 'record',
    applies: ({ ours, theirs }) => ours === undefined && theirs === '',
    text: 'an ebuild sets it to nothing; Portage keeps an empty file, and reads a missing one as empty',
  },
  {
    aspect: 'record',
    applies: isNamed('SIZE'),
    text: 'bytes of the files; they depend on the paths of the build and the `strip` of the machine',
  },
];

/** Why this difference is meant; null: it is not known. */
export function reasonFor(difference: Unexplained): string | null {
  const found = reasons.find(({ aspect, applies }) => aspect === difference.aspect && applies(difference));
  return found?.text ?? null;
}
