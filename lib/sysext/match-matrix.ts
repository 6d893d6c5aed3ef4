import { releaseKeys } from '../host/os-release';
import { type KnownSystem, knownSystems } from './known-systems';
import { type MatchKey, matchesSystem } from './matches-system';

/** Does an image merge on one system? */
export interface SystemMatch {
  readonly system: string;
  readonly name: string;
  /** day that the system's os-release is of, YYYY-MM-DD; null: read from a file now */
  readonly asOf: string | null;
  readonly source: string;
  readonly merges: boolean;
  /** the key of os-release that decides */
  readonly key: MatchKey;
  /** both values, in words */
  readonly reason: string;
  /** what happens there besides, in sentences */
  readonly notes: readonly string[];
}

/** The first version of systemd that moves mounts below a merged folder into the merge. Source: systemd pull request 34381 */
const movesMounts = 257;

/**
 * The image with this extension-release text against every known system, and against systems of the caller's own.
 * `eprefix`: where its files lie.
 */
export function matchMatrix(
  releaseText: string,
  eprefix: string,
  own: readonly KnownSystem[] = [],
): readonly SystemMatch[] {
  const release = releaseKeys(releaseText);
  const architecture = release.ARCHITECTURE ?? '_any';
  return [...own, ...knownSystems].map((system) => {
    // each known system exists for both processors; one of the caller's own says which it is
    const verdict = matchesSystem(release, system.release, system.release.ARCHITECTURE ?? architecture);
    return {
      system: system.id,
      name: system.name,
      asOf: system.asOf,
      source: system.source,
      ...verdict,
      notes: verdict.merges ? notesOf(system, eprefix) : [],
    };
  });
}

function notesOf({ systemd, usrLocalIsLink }: KnownSystem, eprefix: string): readonly string[] {
  const top = `/${eprefix.split('/')[1]}`;
  const notes: string[] = [];
  if (usrLocalIsLink && eprefix.startsWith('/usr/local/')) {
    notes.push('`/usr/local` is a link there: while the image is merged, what the link leads to is hidden.');
  }
  if (systemd !== undefined && top === '/opt') {
    notes.push(
      systemd < movesMounts
        ? `Mounts below \`/opt\` are hidden while it is merged (systemd ${systemd}).`
        : `A mount within another mount below \`/opt\` can keep images from being merged (systemd ${systemd}).`,
    );
  }
  return notes;
}
