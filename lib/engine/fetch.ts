import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFileUnless } from '../host/copy-file';
import { diskErrorOf } from '../host/disk-error';
import { megabytes } from '../host/units';
import { howToAskSuites } from '../layout/asked-suites';
import { type DownloadResult, download } from './download';
import { EngineError } from './errors';
import type { ArchiveAnswer, ArchiveHint, HostArchive } from './host-archive';
import type { FileVerdict, ManifestEntry } from './manifest';
import { verifyFile } from './manifest';
import { expandMirrorUri, type MirrorLayout, mirrorPath, parseMirrorLayouts } from './mirrors';
import { localSourceHosts, localSourcesVariable, mirrorReach, type SourceReach, treeReach } from './source-reach';

/** A file that a build needs. */
export interface Distfile {
  /** its line of the Manifest: name, size, hashes */
  readonly entry: ManifestEntry;
  /** URIs of SRC_URI, `mirror://` allowed */
  readonly uris: readonly string[];
  readonly thirdPartyMirrors: ReadonlyMap<string, readonly string[]>;
  /** RESTRICT=mirror: the distfile mirrors must not be asked */
  readonly mirrorRestricted: boolean;
  /** RESTRICT=fetch: the user has to get it, see pkg_nofetch */
  readonly fetchRestricted: boolean;
  /** the source package that the repository names for it */
  readonly archive: ArchiveHint | null;
}

export interface FetchOptions {
  /** complete lines without line break */
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Where a file came from. */
export interface Fetched {
  readonly path: string;
  readonly source: 'distdir' | 'folder' | 'mirror' | 'upstream' | 'archive';
}

export interface FetcherOptions {
  readonly distDir: string;
  /** mirrors of the design and of the machine: base URLs or directories */
  readonly mirrors: readonly string[];
  /** those of them that may be local; default: none */
  readonly machineMirrors?: readonly string[];
  /** folders of the user with files under the names of SRC_URI; read only */
  readonly folders?: readonly string[];
  /** GENTOO_MIRRORS of the tree's profile: URLs of the internet */
  readonly treeMirrors?: readonly string[];
  /** hosts that a tree may name although they are local; default: `localSourceHosts()` */
  readonly localHosts?: readonly string[];
  readonly archive: HostArchive | null;
  readonly connectTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

/** How slow a download may be before it is given up: an hour, and 20 kB a second; a week at most. */
const totalTimeoutMs = (bytes: number): number => Math.min(604_800_000, 3_600_000 + Math.ceil(bytes / 20));
const mostLayoutBytes = 65_536;

/** One place to ask for a file. */
interface SourceUrl {
  readonly source: 'mirror' | 'upstream';
  readonly url: string;
  readonly reach: SourceReach;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/**
 * Gets distfiles: DISTDIR, then mirrors, then SRC_URI, then the host's source archive. A file counts only when size and
 * hashes are those of the Manifest. A host that does not answer is asked once. Concurrent calls for one file share the
 * work, so a prefetch costs nothing.
 */
export class DistfileFetcher {
  private readonly running = new Map<string, Promise<Fetched>>();
  private readonly silentHosts = new Set<string>();
  private hasReached = false;
  private readonly layouts = new Map<string, Promise<readonly MirrorLayout[]>>();
  private readonly treeReach: SourceReach;
  private readonly mirrors: readonly { readonly mirror: string; readonly reach: SourceReach }[];

  constructor(private readonly options: FetcherOptions) {
    const localHosts = options.localHosts ?? localSourceHosts();
    this.treeReach = treeReach(localHosts);
    this.mirrors = [
      ...options.mirrors.map((mirror) => ({
        mirror,
        reach: mirrorReach(mirror, { localHosts, machineMirrors: options.machineMirrors ?? [] }),
      })),
      ...(options.treeMirrors ?? []).map((mirror) => ({ mirror, reach: this.treeReach })),
    ];
  }

  /** Throws DISTFILE_MISMATCH when sources had another file, DISTFILE_UNREACHABLE when none had any. */
  fetch(file: Distfile, options: FetchOptions): Promise<Fetched> {
    const key = file.entry.name;
    const known = this.running.get(key);
    if (known) return known;
    const work = this.fetchOnce(file, options);
    this.running.set(key, work);
    // a failure may be tried again by the next caller
    work.catch(() => this.running.delete(key));
    return work;
  }

  /** Starts getting files, a few at a time, in the given order; failures are reported when somebody needs the file. */
  async prefetch(files: readonly Distfile[], options: FetchOptions, atOnce = 3): Promise<void> {
    const queue = [...files];
    const worker = async (): Promise<void> => {
      for (let file = queue.shift(); file && !options.signal?.aborted; file = queue.shift()) {
        await this.fetch(file, options).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  private fetchOnce(file: Distfile, options: FetchOptions): Promise<Fetched> {
    const { name, sizeBytes } = file.entry;
    return this.fetchFrom(file, options).catch((error: unknown) => {
      const use = { path: this.options.distDir, doing: `\`${name}\` was being fetched`, needBytes: sizeBytes };
      throw diskErrorOf(error, use) ?? error;
    });
  }

  private async fetchFrom(file: Distfile, options: FetchOptions): Promise<Fetched> {
    const { name } = file.entry;
    const path = join(this.options.distDir, name);
    await mkdir(this.options.distDir, { recursive: true });
    const attempts: string[] = [];
    let mismatch: string | null = null;
    let local: string | null = null;
    const present = await verifyFile(path, file.entry, options.signal);
    if (present.kind === 'matches') return { path, source: 'distdir' };
    if (present.kind === 'differs') {
      mismatch = describeMismatch(name, 'DISTDIR', present);
      attempts.push(mismatch);
      options.log(`!!! ${mismatch}`);
      await rename(path, `${path}._checksum_failure_`);
    }
    if (await this.fromFolders(file, path, attempts, options)) return { path, source: 'folder' };
    if (file.fetchRestricted) throw restricted(file, this.options.distDir);

    const fromUrls = async (): Promise<Fetched | null> => {
      for (const place of await this.urls(file, options)) {
        const verdict = await this.tryUrl(place, file.entry, options);
        if (verdict.kind === 'fetched') return { path, source: place.source };
        attempts.push(verdict.detail);
        if (verdict.kind === 'mismatch') mismatch = verdict.detail;
        if (verdict.kind === 'local') local = verdict.detail;
      }
      return null;
    };
    const fromArchive = async (): Promise<Fetched | null> => {
      const answer = await this.askArchive(file, path, options);
      if (answer.kind === 'found') return { path, source: 'archive' };
      attempts.push(`archive: ${answer.detail}`);
      return null;
    };
    const order = this.seemsOffline ? [fromArchive, fromUrls] : [fromUrls, fromArchive];
    for (const attempt of order) {
      const fetched = await attempt();
      if (fetched) return fetched;
    }
    const later = this.options.archive?.notAsked(file.entry).have ?? [];
    throw failed(file, { attempts, mismatch, local, later }, this.options.distDir);
  }

  /** Copies the file out of the first folder that has the right one; what is in the folders is never changed. */
  private async fromFolders(file: Distfile, path: string, attempts: string[], options: FetchOptions): Promise<boolean> {
    for (const folder of this.options.folders ?? []) {
      const own = join(folder, file.entry.name);
      if ((await verifyFile(own, file.entry, options.signal)).kind === 'missing') continue;
      // what is checked is our copy: nobody changes it in between
      const partial = this.partialPath(file.entry);
      await mkdir(join(this.options.distDir, '.partial'), { recursive: true });
      await rm(partial, { force: true });
      await copyFileUnless(options.signal, own, partial);
      const verdict = await verifyFile(partial, file.entry, options.signal);
      if (verdict.kind === 'matches') {
        // it is read by the user of the build, whoever may read that of the folder
        await chmod(partial, 0o644);
        await rename(partial, path);
        options.log(`>>> ${file.entry.name}: from \`${folder}\``);
        return true;
      }
      await rm(partial, { force: true });
      attempts.push(describeMismatch(file.entry.name, `\`${folder}\``, verdict));
      options.log(`!!! ${attempts.at(-1)}`);
    }
    return false;
  }

  /** Several hosts were silent and none has answered: this machine reaches its own archive at most. */
  private get seemsOffline(): boolean {
    return !this.hasReached && this.silentHosts.size >= 2;
  }

  private async askArchive(file: Distfile, path: string, options: FetchOptions): Promise<ArchiveAnswer> {
    const { archive } = this.options;
    if (!archive) return { kind: 'not-there', detail: 'none on this machine' };
    options.log(`>>> Asking this host's source archive for ${file.entry.name}`);
    const partial = this.partialPath(file.entry);
    await mkdir(join(this.options.distDir, '.partial'), { recursive: true });
    const answer = await archive.fetch(file.archive, file.entry, partial, options.signal);
    if (answer.kind === 'found') await rename(partial, path);
    options.log(answer.kind === 'found' ? `    found: ${answer.detail}` : `!!! archive: ${answer.detail}`);
    return answer;
  }

  /** Notes a silent host; the archive's index is made ready, for it will be asked soon. */
  private noteSilent(url: string, signal?: AbortSignal): void {
    this.silentHosts.add(hostOf(url));
    if (!this.hasReached) this.options.archive?.warmUp(signal);
  }

  private async urls(file: Distfile, options: FetchOptions): Promise<readonly SourceUrl[]> {
    const urls: SourceUrl[] = [];
    if (!file.mirrorRestricted) {
      for (const { mirror, reach } of this.mirrors) {
        for (const layout of await this.layoutsOf(mirror, reach, options)) {
          urls.push({
            source: 'mirror',
            url: `${asUrl(mirror)}/distfiles/${mirrorPath(layout, file.entry.name)}`,
            reach,
          });
        }
      }
    }
    for (const uri of file.uris)
      for (const url of expandMirrorUri(uri, file.thirdPartyMirrors))
        urls.push({ source: 'upstream', url, reach: this.treeReach });
    return urls;
  }

  private async tryUrl(
    { url, reach }: SourceUrl,
    entry: ManifestEntry,
    options: FetchOptions,
  ): Promise<
    { readonly kind: 'fetched' } | { readonly kind: 'mismatch' | 'failed' | 'local'; readonly detail: string }
  > {
    if (this.silentHosts.has(hostOf(url))) {
      const detail = `${url}: the host did not answer before`;
      options.log(`!!! ${detail}`);
      return { kind: 'failed', detail };
    }
    options.log(`>>> Downloading ${url}`);
    const partial = this.partialPath(entry);
    const size = { expectedBytes: entry.sizeBytes, mostBytes: entry.sizeBytes };
    const result = await this.download(url, partial, size, reach, options);
    if (result.kind !== 'downloaded') {
      if (result.kind === 'unreachable') this.noteSilent(url, options.signal);
      if (result.kind === 'refused') this.hasReached = true;
      options.log(`!!! ${url}: ${result.detail}`);
      return { kind: result.kind === 'local' ? 'local' : 'failed', detail: `${url}: ${result.detail}` };
    }
    this.hasReached = true;
    const verdict = await verifyFile(partial, entry, options.signal);
    if (verdict.kind === 'matches') {
      await rename(partial, join(this.options.distDir, entry.name));
      options.log(`    ${megabytes(entry.sizeBytes)} received`);
      return { kind: 'fetched' };
    }
    await rm(partial, { force: true });
    const detail = describeMismatch(entry.name, url, verdict);
    options.log(`!!! ${detail}`);
    return { kind: 'mismatch', detail };
  }

  private partialPath(entry: ManifestEntry): string {
    const content = Object.values(entry.hashes)[0]?.slice(0, 12) ?? '';
    return join(this.options.distDir, '.partial', `${entry.name}.${content}`);
  }

  private download(
    url: string,
    path: string,
    size: { readonly expectedBytes: number | null; readonly mostBytes: number },
    reach: SourceReach,
    options: FetchOptions,
  ): Promise<DownloadResult> {
    let told = 0;
    const { expectedBytes } = size;
    return download(url, path, {
      connectTimeoutMs: this.options.connectTimeoutMs ?? 4000,
      idleTimeoutMs: this.options.idleTimeoutMs ?? 30_000,
      totalTimeoutMs: totalTimeoutMs(size.mostBytes),
      ...size,
      reach,
      signal: options.signal,
      onProgress: (received) => {
        if (expectedBytes === null || received - told < Math.max(5e6, expectedBytes / 10)) return;
        told = received;
        options.log(`    ${megabytes(received)} of ${megabytes(expectedBytes)}`);
      },
    });
  }

  private layoutsOf(mirror: string, reach: SourceReach, options: FetchOptions): Promise<readonly MirrorLayout[]> {
    const known = this.layouts.get(mirror);
    if (known) return known;
    const path = join(this.options.distDir, '.partial', `layout.${encodeURIComponent(mirror)}`);
    const url = `${asUrl(mirror)}/distfiles/layout.conf`;
    const size = { expectedBytes: null, mostBytes: mostLayoutBytes };
    const work = this.download(url, path, size, reach, options).then(async (result) => {
      if (result.kind === 'unreachable') {
        this.noteSilent(url, options.signal);
        options.log(`!!! ${url}: ${result.detail}`);
      }
      const text = result.kind === 'downloaded' ? await readFile(path, 'utf8') : '';
      await rm(path, { force: true });
      return parseMirrorLayouts(text);
    });
    this.layouts.set(mirror, work);
    return work;
  }
}

function asUrl(mirror: string): string {
  const trimmed = mirror.replace(/(?<!\/)\/+$/, '');
  return trimmed.startsWith('/') ? `file://${trimmed}` : trimmed;
}

function describeMismatch(name: string, where: string, verdict: FileVerdict): string {
  if (verdict.kind !== 'differs') return `${where} gave no file \`${name}\``;
  return `the file \`${name}\` from ${where} does not match the Manifest: ${verdict.property} is ${verdict.actual}, expected ${verdict.expected}`;
}

function restricted({ entry, uris }: Distfile, distDir: string): EngineError {
  const place = uris[0] ? ` from ${uris[0]}` : '';
  return new EngineError(
    'DISTFILE_UNREACHABLE',
    `\`${entry.name}\` may not be fetched automatically (RESTRICT=fetch)`,
    {
      hint: `Get it yourself${place} and put it into \`${distDir}\`, or into a folder of sources of the design.`,
      details: { name: entry.name },
    },
  );
}

const mostAttempts = 3;

/** The first places that were asked; the log has all. */
function firstOf(attempts: readonly string[]): string {
  const more = attempts.length - mostAttempts;
  const told = attempts.slice(0, more > 1 ? mostAttempts : attempts.length).join('; ');
  return more > 1 ? `${told}; and ${more} further places, which the log names` : told;
}

function failed(
  { entry }: Distfile,
  why: {
    readonly attempts: readonly string[];
    readonly mismatch: string | null;
    readonly local: string | null;
    /** later suites of Debian that have it and were not asked */
    readonly later: readonly string[];
  },
  distDir: string,
): EngineError {
  const { attempts, mismatch, local, later } = why;
  const details = { name: entry.name, attempts };
  if (mismatch !== null) {
    return new EngineError('DISTFILE_MISMATCH', mismatch, {
      hint: `Nothing was built from it. Check where the file comes from; the right one can be put into \`${distDir}\` by hand.`,
      details,
    });
  }
  const tried = attempts.length === 0 ? 'the ebuild names no address for it' : firstOf(attempts);
  const message = `the source file \`${entry.name}\` could not be fetched: ${tried}`;
  if (local !== null) {
    return new EngineError('SOURCE_NOT_PUBLIC', message, {
      hint: `An ebuild may lead to the internet only. If you trust it, put the file into \`${distDir}\` by hand, or name the host in \`${localSourcesVariable}\`.`,
      details,
    });
  }
  return new EngineError('DISTFILE_UNREACHABLE', message, {
    hint:
      later.length > 0
        ? `Debian has it in ${later.join(' and ')}. ${howToAskSuites(later.slice(0, 1))}`
        : `Check the network connection, or put the file (${entry.sizeBytes} bytes) into \`${distDir}\` by hand.`,
    details,
  });
}
