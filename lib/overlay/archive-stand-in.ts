import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SourceRecord } from '../engine/apt-sources';
import type { HostArchive } from '../engine/host-archive';
import { runShutIn, shutInFolder } from '../host/shut-in';

/** A file of the host's source archive that can stand in for a distfile, although its bytes are others. */
export interface StandIn {
  readonly path: string;
  /** its name in the archive */
  readonly name: string;
  readonly package: string;
  readonly version: string;
}

/** A source package and its version, as `--use NAME=PACKAGE=VERSION` gives them. */
export interface ArchiveChoice {
  readonly package: string;
  readonly version: string;
}

/**
 * The upstream version in one of Debian's: `1:1.3.dfsg+really1.3.1-1` is 1.3.1, `7.88.1-10+deb12u5` is 7.88.1.
 * Source: Debian policy 5.6.12, Developer's Reference 5.11.3.1 (`+really`), 6.7.8.2 (`+dfsg`, `+ds`).
 */
export function upstreamVersion(version: string): string {
  const bare = version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
  const meant = /\+really(.*)$/.exec(bare)?.[1] ?? bare;
  return meant.replace(/[.+~](?:dfsg|ds|repack)\.?\d*$/, '');
}

const isMainTarball = (name: string): boolean => /\.orig\.tar\.(?:gz|xz|bz2|zst|lzma)$/.test(name);

/** Names under which the archive may have a package of Gentoo's. */
export function archiveNames(pn: string, slot: string, hint: string | undefined): readonly string[] {
  const [mainSlot = '0'] = slot.split('/');
  const plain = pn.toLowerCase();
  const numbered = mainSlot === '0' ? [] : [`${plain}${mainSlot}`];
  const bare = /^lib(.{2,})$/.exec(plain)?.[1];
  const others = bare === undefined ? [`lib${plain}`] : [bare];
  return [...new Set([...(hint === undefined ? [] : [hint]), plain, ...numbered, ...others])];
}

/** Versions of a source package that have one main tarball, the newest first as the archive lists them. */
export interface ArchiveOffer extends ArchiveChoice {
  readonly file: string;
  readonly upstream: string;
}

const offersOf = (name: string, records: readonly SourceRecord[]): readonly ArchiveOffer[] =>
  records.flatMap(({ version, files }) => {
    const file = files.find((each) => isMainTarball(each.name))?.name;
    return file === undefined ? [] : [{ package: name, version, file, upstream: upstreamVersion(version) }];
  });

/** What the archive has under the names that a package may have there. */
export async function archiveOffers(archive: HostArchive, names: readonly string[]): Promise<readonly ArchiveOffer[]> {
  const all: ArchiveOffer[] = [];
  for (const name of names) all.push(...offersOf(name, await archive.records(name)));
  return all;
}

/** Gets the main tarball of an offer into a folder; null: it did not come. */
export async function takeStandIn(archive: HostArchive, offer: ArchiveOffer, folder: string): Promise<StandIn | null> {
  const path = join(folder, `${offer.package}_${offer.version.replaceAll(':', '_')}`, offer.file);
  const isHere = await open(path).then(
    (file) => file.close().then(() => true),
    () => false,
  );
  if (!isHere && !(await archive.take(offer.package, offer.version, offer.file, path))) return null;
  return { path, name: offer.file, package: offer.package, version: offer.version };
}

/** The folder that a tarball unpacks to; null: it has none, or several. Read in the sandbox. */
export async function topFolder(path: string): Promise<string | null> {
  const command = ['tar', '-tf', `${shutInFolder}/${basename(path)}`] as const;
  const end = await runShutIn({ command, folder: dirname(path), onlyRead: [basename(path)] });
  if (end?.exitCode !== 0) return null;
  // the beginning of what was kept may be the end of a line
  const lines = end.output
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  const tops = new Set(lines.map((line) => line.replace(/^\.\//, '').split('/')[0]));
  const [top] = tops;
  return tops.size === 1 && top !== undefined && /^[\w.+~-]+$/.test(top) ? top : null;
}

/** Does a tarball have what makes a `configure` and no `configure`? Read in the sandbox. */
export async function lacksConfigure(path: string, top: string | null): Promise<boolean> {
  const inner = top === null ? '' : `${top}/`;
  const command = ['tar', '-tf', `${shutInFolder}/${basename(path)}`, '--wildcards', `${inner}configure*`] as const;
  const end = await runShutIn({ command, folder: dirname(path), onlyRead: [basename(path)] });
  const names = new Set((end?.output ?? '').split('\n').map((line) => line.slice(inner.length)));
  return end?.exitCode === 0 && (names.has('configure.ac') || names.has('configure.in')) && !names.has('configure');
}

/** A distfile's name without the endings of archives. */
export const stemOf = (name: string): string =>
  name.replace(/\.(?:tar\.(?:gz|xz|bz2|zst|lzma|Z)|tgz|tbz2?|txz|zip)$/, '');

/**
 * Lines for the end of an ebuild that make it use another file than the one its SRC_URI names, and look into the folder that
 * it unpacks to. `isMain`: S lies in what this file unpacks to, whatever the folder is called.
 */
export function adaptingLines(change: {
  readonly from: string;
  readonly to: string;
  readonly source: string;
  readonly top: string | null;
  readonly isMain: boolean;
}): string {
  const { from, to, source, top, isMain } = change;
  const stem = stemOf(from);
  const lines = [
    '',
    `# ${to} stands in for ${from}: ${source}`,
    `SRC_URI=" \${SRC_URI} "`,
    `SRC_URI="\${SRC_URI//"${from.replace(/[\\"$`]/g, '')}"[[:space:]]/${to} }"`,
  ];
  if (top !== null && isMain) {
    lines.push(
      `S="\${S:-\${WORKDIR}/\${P}}"`,
      `if [[ \${S} == "\${WORKDIR}"/* ]] ; then`,
      `	S="\${S#"\${WORKDIR}/"}/"`,
      `	S="\${WORKDIR}/${top}/\${S#*/}"`,
      `	S="\${S%/}"`,
      'fi',
    );
  } else if (top !== null && top !== stem) {
    lines.push(`S="\${S:-\${WORKDIR}/\${P}}"`, `S="\${S/"\${WORKDIR}/${stem}"/"\${WORKDIR}/${top}"}"`);
  }
  return `${lines.join('\n')}\n`;
}
