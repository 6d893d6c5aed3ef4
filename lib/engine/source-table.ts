/**
 * What source packages an archive has, file by file, and which of them may be a distfile. Pure: text in, rows out. Debian's
 * indices know sizes and SHA256 sums, Manifests sizes, BLAKE2B and SHA512 sums: so a size finds, and the Manifest decides.
 */

/** One file of a source package in an archive. */
export interface ArchiveFile {
  readonly sizeBytes: number;
  readonly suite: string;
  readonly source: string;
  readonly version: string;
  /** what the archive calls it, for instance `openssl_3.5.7.orig.tar.gz` */
  readonly file: string;
}

/** Files of a `Sources` index; signatures of the archive itself (`*.dsc`) are left out. Source: Debian policy 5.6. */
export function* parseSourcesIndex(text: string, suite: string): Generator<ArchiveFile> {
  let source = '';
  let version = '';
  let isInList = false;
  let files: [number, string][] = [];
  let at = 0;
  while (at <= text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length + 1 : end + 1;
    if (line === '') {
      if (source !== '' && version !== '')
        for (const [sizeBytes, file] of files) yield { sizeBytes, suite, source, version, file };
      [source, version, isInList, files] = ['', '', false, []];
    } else if (line.startsWith('Package: ')) [source, isInList] = [line.slice(9).trim(), false];
    else if (line.startsWith('Version: ')) [version, isInList] = [line.slice(9).trim(), false];
    else if (line.startsWith('Checksums-Sha256:')) isInList = true;
    else if (!line.startsWith(' ')) isInList = false;
    else if (isInList) {
      const [, size = '', file = ''] = line.trim().split(/\s+/);
      if (/^\d{1,15}$/.test(size) && file !== '' && !file.endsWith('.dsc')) files.push([Number(size), file]);
    }
  }
}

/** Kinds of files that may be the same file under two names. */
const kinds: readonly (readonly [string, RegExp])[] = [
  ['signature', /\.(asc|sig|sign)$/],
  ['gzip', /\.(tar\.gz|tgz)$/],
  ['bzip2', /\.(tar\.bz2|tbz2?)$/],
  ['xz', /\.(tar\.xz|txz)$/],
  ['lzma', /\.(tar\.lzma)$/],
  ['zstd', /\.(tar\.zst)$/],
];

/** How a file is packed, as a word; empty for what is no tar archive and no signature. */
export const kindOf = (file: string): string => kinds.find(([, pattern]) => pattern.test(file))?.[0] ?? '';

/** In no archive is a version that long. */
const longestVersion = 100;

/** Files that large have a size of their own. */
const tellingBytes = 150_000;

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The version of upstream: without epoch, revision and what a repack is marked with. Source: Debian policy 5.6.12. */
const upstreamVersion = (version: string): string =>
  version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[+~].*$/, '');

/** Finds a version as a whole in a name; what separates its parts may differ. */
const ofVersion = (upstream: string): RegExp =>
  new RegExp(
    `(^|[^0-9.])${upstream
      .split(/[._-]/)
      .map((part) => part.replace(/[^A-Za-z0-9]/g, '\\$&'))
      .join('[._-]')}(?![0-9]|[._-][0-9])`,
  );

/**
 * How much speaks for a file of the archive being the distfile of the same size: 0 for nothing. The compression must be the
 * same, and two of name, version and an unusual size must fit; for small files and signatures name and version.
 */
export function likeness(name: string, { sizeBytes, source, version, file }: ArchiveFile): number {
  const kind = kindOf(name);
  if (kind === '' || kind !== kindOf(file)) return 0;
  const upstream = upstreamVersion(version);
  const wanted = plain(name);
  const stem = plain(/^[A-Za-z][A-Za-z_.+-]*/.exec(name)?.[0] ?? '');
  const words = plain(`${source}${/\.orig-([a-z0-9-]+)\.tar/.exec(file)?.[1] ?? ''}`);
  const isNamed =
    stem.length > 1 && (words.includes(stem) || wanted.includes(plain(source.replace(/(?<![\d.])[\d.]+$/, ''))));
  const isOfVersion = upstream !== '' && upstream.length <= longestVersion && ofVersion(upstream).test(name);
  const isTelling = kind !== 'signature' && sizeBytes >= tellingBytes;
  // signatures of all projects have the same few sizes
  if (kind === 'signature' && !(isNamed && isOfVersion)) return 0;
  const score = Number(isNamed) + Number(isOfVersion) + Number(isTelling);
  return score >= 2 ? score : 0;
}

/** The files that may be this distfile, the likeliest first, each source package and version once. */
export function likelyFiles(name: string, sizeBytes: number, files: readonly ArchiveFile[]): readonly ArchiveFile[] {
  const seen = new Set<string>();
  return files
    .filter((file) => file.sizeBytes === sizeBytes)
    .map((file) => ({ file, score: likeness(name, file) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ file }) => file)
    .filter(({ file }) => !seen.has(file) && seen.add(file));
}
