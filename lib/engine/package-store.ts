import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tryParseCpv } from '../pms';
import { writeFileDurably } from './durable-file';
import { EngineError } from './errors';
import { readPieces } from './file-pieces';
import type { GpkgContents } from './gpkg';
import { readGpkgMetadata, writeGpkg } from './gpkg';

/** A binary package in PKGDIR. */
export interface StoredPackage {
  /** `category/PF` */
  readonly cpv: string;
  readonly buildId: number;
  readonly path: string;
}

/** One stanza of the `Packages` index by key as written there. */
export type IndexStanza = ReadonlyMap<string, string>;

function parseStanza(block: string): IndexStanza {
  const stanza = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) stanza.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  return stanza;
}

function formatStanza(stanza: IndexStanza): string {
  return `${[...stanza.keys()]
    .filter((key) => stanza.get(key) !== '')
    .sort()
    .map((key) => `${key}: ${stanza.get(key)}\n`)
    .join('')}\n`;
}

/** Header and package stanzas of a `Packages` file. Source: Portage's binary package index, version 0. */
export function parsePackagesIndex(text: string): {
  readonly header: IndexStanza;
  readonly packages: readonly IndexStanza[];
} {
  const [header = new Map(), ...packages] = text
    .split(/\n\n+/)
    .filter((block) => block.trim() !== '')
    .map(parseStanza);
  return { header, packages };
}

/** Metadata keys that the index repeats, with the name it uses for them. */
const indexedKeys: readonly (readonly [string, string])[] = [
  ...[
    'BDEPEND',
    'BUILD_ID',
    'BUILD_TIME',
    'DEFINED_PHASES',
    'DEPEND',
    'EAPI',
    'IDEPEND',
    'IUSE',
    'KEYWORDS',
    'LICENSE',
  ].map((key) => [key, key] as const),
  ...['PDEPEND', 'PROPERTIES', 'PROVIDES', 'RDEPEND', 'REQUIRES', 'RESTRICT', 'SLOT', 'USE', 'CHOST'].map(
    (key) => [key, key] as const,
  ),
  ['DESCRIPTION', 'DESC'],
  ['repository', 'REPO'],
];

const oneLine = (text: string): string => text.split(/\s+/).filter(Boolean).join(' ');

async function fileHashes(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly md5: string; readonly sha1: string }> {
  const md5 = createHash('md5');
  const sha1 = createHash('sha1');
  const take = (piece: Buffer): void => {
    md5.update(piece);
    sha1.update(piece);
  };
  await readPieces(path, take, undefined, signal);
  return { md5: md5.digest('hex'), sha1: sha1.digest('hex') };
}

/**
 * PKGDIR: `<category>/<PN>/<PF>-<build id>.gpkg.tar` and the `Packages` index beside them. Who writes into the one of a prefix
 * holds that prefix's lock. `several`: many prefixes write there at once, so names are taken in one step, and there is no
 * index, which Portage would need.
 */
export class PackageStore {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly directory: string,
    private readonly writers: 'one prefix' | 'several' = 'one prefix',
  ) {}

  private folderOf(cpv: string): string {
    const parsed = tryParseCpv(cpv);
    if (!parsed) throw new EngineError('BINPKG_INVALID', `\`${cpv}\` is not a package with its version`);
    return join(this.directory, parsed.category, parsed.pn);
  }

  pathOf(cpv: string, buildId: number): string {
    return join(this.folderOf(cpv), `${cpv.slice(cpv.indexOf('/') + 1)}-${buildId}.gpkg.tar`);
  }

  /** `category/PF` of everything that has a binary package. */
  async all(): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const name of await readdir(this.directory, { recursive: true }).catch(() => [] as string[])) {
      const [, category, pf] = /^([^/]+)\/[^/]+\/([^/]+)-\d+\.gpkg\.tar$/.exec(name) ?? [];
      if (category !== undefined && tryParseCpv(`${category}/${pf}`)) found.add(`${category}/${pf}`);
    }
    return [...found].sort();
  }

  /** All builds of one version, newest last. */
  async builds(cpv: string): Promise<readonly StoredPackage[]> {
    const pf = cpv.slice(cpv.indexOf('/') + 1);
    const found: StoredPackage[] = [];
    for (const name of await readdir(this.folderOf(cpv)).catch(() => [] as string[])) {
      if (!name.startsWith(`${pf}-`) || !name.endsWith('.gpkg.tar')) continue;
      const id = name.slice(pf.length + 1, -'.gpkg.tar'.length);
      if (/^\d+$/.test(id)) found.push({ cpv, buildId: Number(id), path: join(this.folderOf(cpv), name) });
    }
    return found.sort((a, b) => a.buildId - b.buildId);
  }

  /** The newest build whose metadata file `name` has this content; damaged packages are passed over. */
  async findByMetadata(cpv: string, name: string, value: string): Promise<StoredPackage | null> {
    for (const build of [...(await this.builds(cpv))].reverse()) {
      const metadata = await readGpkgMetadata(build.path).catch((error: unknown) => {
        if (error instanceof EngineError) return null;
        throw error;
      });
      if (metadata?.get(name)?.toString('utf8').trim() === value) return build;
    }
    return null;
  }

  /** Packs a build under the next build id, which is also written into its metadata, and indexes it. */
  async add(cpv: string, contents: GpkgContents): Promise<StoredPackage> {
    return this.inTurn(async () => {
      for (;;) {
        const buildId = ((await this.builds(cpv)).at(-1)?.buildId ?? 0) + 1;
        const path = this.pathOf(cpv, buildId);
        const metadata = new Map(contents.metadata);
        metadata.set('BUILD_ID', `${buildId}`);
        // another prefix built the same version meanwhile, and has this id
        if (!(await writeGpkg(path, { ...contents, metadata }, this.writers === 'several'))) continue;
        if (this.writers === 'one prefix') {
          await this.index({ cpv, buildId, path }, metadata, contents.signal).catch(async (error: unknown) => {
            // a package that the index does not name is none for Portage
            await rm(path, { force: true });
            throw error;
          });
        }
        return { cpv, buildId, path };
      }
    });
  }

  /** Deletes builds and their lines in the index. */
  async remove(builds: readonly StoredPackage[]): Promise<void> {
    if (builds.length === 0) return;
    await this.inTurn(async () => {
      for (const { path } of builds) await rm(path, { force: true });
      if (this.writers === 'several') return;
      const gone = new Set(builds.map(({ path }) => this.relative(path)));
      await this.rewriteIndex((packages) => packages.filter((stanza) => !gone.has(stanza.get('PATH') ?? '')));
    });
  }

  private relative(path: string): string {
    return path.slice(this.directory.length + 1);
  }

  /** One change after the other: packages of a run are packed side by side. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async index(build: StoredPackage, metadata: GpkgContents['metadata'], signal?: AbortSignal): Promise<void> {
    const { md5, sha1 } = await fileHashes(build.path, signal);
    const info = await stat(build.path);
    const stanza = new Map<string, string>([
      ['CPV', build.cpv],
      ['MD5', md5],
      ['SHA1', sha1],
      ['SIZE', `${info.size}`],
      ['MTIME', `${Math.floor(info.mtimeMs / 1000)}`],
      ['PATH', this.relative(build.path)],
    ]);
    for (const [key, name] of indexedKeys) {
      const value = metadata.get(key);
      if (typeof value === 'string') stanza.set(name, oneLine(value));
    }
    await this.rewriteIndex((packages) => [
      ...packages.filter((known) => known.get('PATH') !== stanza.get('PATH')),
      stanza,
    ]);
  }

  private async rewriteIndex(change: (packages: readonly IndexStanza[]) => readonly IndexStanza[]): Promise<void> {
    const path = join(this.directory, 'Packages');
    const { header, packages } = parsePackagesIndex(await readFile(path, 'utf8').catch(() => ''));
    const key = (stanza: IndexStanza): string =>
      `${stanza.get('CPV')} ${(stanza.get('BUILD_ID') ?? '').padStart(9, '0')}`;
    const changed = [...change(packages)].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const newHeader = new Map(header);
    newHeader.set('PACKAGES', `${changed.length}`);
    newHeader.set('TIMESTAMP', `${Math.floor(Date.now() / 1000)}`);
    newHeader.set('VERSION', '0');
    await writeFileDurably(path, formatStanza(newHeader) + changed.map(formatStanza).join(''));
  }
}
