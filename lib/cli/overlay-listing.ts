import { sumLines } from '../api/distfile-sums';
import type {
  DistfileChange,
  FileChange,
  FileUpdate,
  ManifestProposal,
  OverlayView,
  PrefixPatch,
  UpdateProposal,
} from '../overlay';
import { formatTable } from './text';

const originWords = { same: '', changed: 'the origin changed', gone: 'gone there' } as const;

/** The ebuilds of an overlay and the patches, for people. */
export function overlayLines({ repository, ebuilds, patches, isInDesign }: OverlayView): readonly string[] {
  if (ebuilds.length === 0 && patches.length === 0) return ['Nothing has been taken home, and there are no patches.'];
  const rows = ebuilds.map((each) => [
    each.cpv,
    each.origin.replaceAll('`', ''),
    [
      each.changed.length > 0 ? `changed here: ${each.changed.length}` : '',
      each.otherSources.length > 0 ? 'source differs' : '',
      originWords[each.originState],
    ]
      .filter((word) => word !== '')
      .join(', '),
  ]);
  return [
    `Overlay ${repository}${isInDesign || ebuilds.length === 0 ? '' : ' (the design does not name it)'}`,
    ...(rows.length > 0 ? [formatTable(rows)] : []),
    ...patches.map(({ package: name, fileName, path }) => `Patch for ${name}: ${fileName} (${path})`),
  ];
}

export const patchLines = (patches: readonly PrefixPatch[]): readonly string[] =>
  patches.length === 0
    ? ['There are no patches.']
    : patches.map(({ package: name, fileName, changes }) => `${name}: ${fileName} changes ${changes.join(', ')}`);

const fileWords: Readonly<Record<FileChange['kind'] | FileUpdate['kind'], string>> = {
  changed: 'changed here',
  added: 'added here',
  gone: 'removed here',
  takes: 'changed at the origin',
  keeps: 'changed here only, stays',
  conflict: 'changed on both sides',
};

/** Differences of files, each under its path. */
export function fileLines(files: readonly (FileChange | FileUpdate)[]): readonly string[] {
  return files.flatMap(({ path, kind, diff }) => [`${path}: ${fileWords[kind]}`, ...(diff ? [diff, ''] : [])]);
}

const distfileWords: Readonly<Record<DistfileChange['kind'], string>> = {
  same: 'as in the Manifest',
  differs: 'DIFFERS from the Manifest',
  new: 'not in the Manifest yet',
  unseen: 'not at hand; its line stays',
  missing: 'not at hand, and not in the Manifest',
  dropped: 'no ebuild asks for it; its line will be removed',
};

function distfileLines(change: DistfileChange): readonly string[] {
  const { name, replaces, kind, from, notes } = change;
  const sums = kind === 'differs' || kind === 'new' ? sumLines(change) : [];
  return [
    `${name}${replaces === null ? '' : ` in place of ${replaces}`}: ${distfileWords[kind]}${from === null ? '' : ` (${from})`}`,
    ...sums.map((line) => `    ${line}`),
    ...notes.map((note) => `    ${note.replaceAll('`', '')}`),
  ];
}

/** What writing a Manifest would change: sizes and hashes of each file, and lines of ebuilds. */
export function manifestLines({ manifest, distfiles, ebuilds, isChange }: ManifestProposal): readonly string[] {
  return [
    manifest,
    ...distfiles.flatMap(distfileLines).map((line) => `  ${line}`),
    ...ebuilds.flatMap(({ path, diff }) => ['', path, diff]),
    ...(isChange ? [] : ['Nothing would change.']),
  ];
}

export function updateLines({ cpv, origin, state, files }: UpdateProposal): readonly string[] {
  const from = origin.replaceAll('`', '');
  if (state === 'gone') return [`${cpv}: ${from} no longer has it.`];
  if (state === 'same') return [`${cpv}: nothing changed in ${from}.`, ...fileLines(files)];
  return [`${cpv}: ${from} changed`, ...fileLines(files)];
}
