import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { diskErrorOfLine } from '../host/disk-error';
import { readOsRelease, releaseKeys } from '../host/os-release';
import {
  type AptSource,
  distributionSources,
  formatSourceStanzas,
  parseDeb822Sources,
  parseOneLineSources,
  parseSourceRecords,
  type SourceRecord,
  withSuites,
} from './apt-sources';
import { indexedFiles } from './archive-index';
import { furtherSuites, isLaterSuite, isSuite, laterSuites, releasedSuites } from './archive-suites';
import { writeFileDurably } from './durable-file';
import { withFileLock } from './file-lock';
import type { ManifestEntry } from './manifest';
import { verifyFile } from './manifest';
import type { ToolResult } from './run-tool';
import { runTool } from './run-tool';
import { SizeTable } from './size-table';
import { type ArchiveFile, likelyFiles } from './source-table';
import { firstComplaint } from './tool-reason';

/** Where the host's archive may have a distfile: a source package, maybe of another suite than the host's. */
export interface ArchiveHint {
  readonly package: string;
  readonly version?: string;
  readonly suite?: string;
}

export type ArchiveAnswer =
  | { readonly kind: 'found'; readonly path: string; readonly detail: string }
  | { readonly kind: 'not-there'; readonly detail: string };

const dayMs = 24 * 60 * 60 * 1000;

/** Source packages that are fetched for one file before it is given up. */
const mostTries = 4;

/** Source package names that `apt-get` may be given. Source: Debian policy 5.6.1, 5.6.12. */
const isPackageName = (text: string): boolean => /^[a-z0-9][a-z0-9.+-]+$/.test(text);
const isVersion = (text: string): boolean => /^[A-Za-z0-9.+:~-]+$/.test(text);

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '')}"`;
}

/**
 * The source archive of a Debian-like host, asked through `apt-get source --download-only` with lists, caches and state
 * of its own below `directory`: the host's are read and never written, and nobody has to be root.
 */
export class HostArchive {
  private ready: Promise<string | null> | null = null;
  private table: Promise<SizeTable> | null = null;

  constructor(
    private readonly directory: string,
    /** suites that hints name, so that one update fetches them all */
    private readonly suites: readonly string[] = [],
    private readonly etc = '/etc/apt',
  ) {}

  /** Has the host apt and configured sources? */
  isPresent(): boolean {
    const onPath = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'apt-get')));
    return onPath && (existsSync(join(this.etc, 'sources.list')) || existsSync(join(this.etc, 'sources.list.d')));
  }

  /** Gets the index in the background. */
  warmUp(signal?: AbortSignal): void {
    this.prepare(signal).catch(() => undefined);
  }

  /**
   * Puts the file of that size and those hashes at `target`, whatever the archive calls it: from the package that the hint
   * names, from where the index of this program has seen it, else from any package with a file of that size.
   */
  async fetch(
    hint: ArchiveHint | null,
    entry: ManifestEntry,
    target: string,
    signal?: AbortSignal,
  ): Promise<ArchiveAnswer> {
    const problem = await this.prepare(signal);
    if (problem !== null) return { kind: 'not-there', detail: problem };
    const files = await this.filesFor(hint, entry);
    if (files.length === 0) return { kind: 'not-there', detail: `no source package has it (${entry.sizeBytes} bytes)` };
    const seen: string[] = [];
    for (const { source, version } of files.slice(0, mostTries)) {
      const found = await this.download(source, version, entry, target, signal);
      if (found.kind === 'found') return found;
      seen.push(found.detail);
    }
    return { kind: 'not-there', detail: seen.join('; ') };
  }

  /** Where the archive may have a distfile, the likeliest first; asks the index on this disk only. */
  async whereIs(hint: ArchiveHint | null, entry: ManifestEntry, signal?: AbortSignal): Promise<readonly ArchiveFile[]> {
    return (await this.prepare(signal)) === null ? this.filesFor(hint, entry) : [];
  }

  /**
   * Later suites of Debian that are not asked: `all` of them, and those that `have` a file of this name and size by the index of this
   * program. None where the archive is not Debian's.
   */
  notAsked({ name, sizeBytes }: Pick<ManifestEntry, 'name' | 'sizeBytes'>): {
    readonly all: readonly string[];
    readonly have: readonly string[];
  } {
    if (releaseKeys(readOsRelease()).ID !== 'debian') return { all: [], have: [] };
    const asked = new Set([...this.suites, ...furtherSuites()]);
    const all = laterSuites.filter((suite) => !asked.has(suite));
    const known = new Set(indexedFiles(name, sizeBytes).map(({ suite }) => suite));
    return { all, have: all.filter((suite) => known.has(suite)) };
  }

  private async filesFor(hint: ArchiveHint | null, entry: ManifestEntry): Promise<readonly ArchiveFile[]> {
    this.table ??= SizeTable.open(join(this.directory, 'state/lists'), join(this.directory, 'sizes.tsv'));
    const sized = (await this.table).filesOf(entry.sizeBytes);
    const named = sized
      .filter(({ source }) => source === hint?.package)
      .sort((a, b) => Number(b.version === hint?.version) - Number(a.version === hint?.version));
    const seen = new Set(
      indexedFiles(entry.name, entry.sizeBytes).map(({ source, version }) => `${source}=${version}`),
    );
    const indexed = sized.filter(({ source, version }) => seen.has(`${source}=${version}`));
    const packages = new Set<string>();
    return [...named, ...indexed, ...likelyFiles(entry.name, entry.sizeBytes, sized)].filter(({ source, version }) => {
      const choice = `${source}=${version}`;
      if (packages.has(choice) || !isPackageName(source) || !isVersion(version)) return false;
      packages.add(choice);
      return true;
    });
  }

  /** The versions of a source package with their files; none when the archive does not have it, or is not there. */
  async records(name: string, signal?: AbortSignal): Promise<readonly SourceRecord[]> {
    if (!isPackageName(name) || (await this.prepare(signal)) !== null) return [];
    const { stdout } = await this.apt('apt-cache', ['showsrc', '--only-source', name], this.directory, signal);
    return parseSourceRecords(stdout.toString('utf8')).filter(({ version }) => isVersion(version));
  }

  /** Puts one file of a source package at `target`, checked as apt checks it. False: it did not come. */
  async take(name: string, version: string, file: string, target: string, signal?: AbortSignal): Promise<boolean> {
    if (!isPackageName(name) || !isVersion(version) || (await this.prepare(signal)) !== null) return false;
    await mkdir(join(this.directory, 'download'), { recursive: true });
    const folder = await mkdtemp(join(this.directory, 'download', `${name}-`));
    try {
      const choice = `${name}=${version}`;
      await this.apt('apt-get', ['source', '--download-only', '--tar-only', choice], folder, signal);
      if (!(await readdir(folder)).includes(file)) return false;
      await mkdir(dirname(target), { recursive: true });
      await rename(join(folder, file), target);
      return true;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async download(
    name: string,
    version: string,
    entry: ManifestEntry,
    target: string,
    signal?: AbortSignal,
  ): Promise<ArchiveAnswer> {
    await mkdir(join(this.directory, 'download'), { recursive: true });
    const folder = await mkdtemp(join(this.directory, 'download', `${name}-`));
    try {
      // its exit status says little: other parts of a package may be gone while the wanted one has arrived
      const result = await this.apt(
        'apt-get',
        ['source', '--download-only', '--tar-only', `${name}=${version}`],
        folder,
        signal,
      );
      let detail = `\`${name}=${version}\`: ${firstComplaint(result)}`;
      for (const file of await readdir(folder)) {
        const verdict = await verifyFile(join(folder, file), entry, signal);
        if (verdict.kind === 'matches') {
          await rename(join(folder, file), target);
          return { kind: 'found', path: target, detail: `source package \`${name}\` ${version}, file \`${file}\`` };
        }
        if (verdict.kind === 'differs' && verdict.property !== 'size') {
          detail = `\`${file}\` of \`${name}\` ${version} has another ${verdict.property}: ${verdict.actual} instead of ${verdict.expected}`;
        }
      }
      return { kind: 'not-there', detail };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Null when the index can be asked, else why not. */
  private prepare(signal?: AbortSignal): Promise<string | null> {
    this.ready ??= this.prepareOnce(signal).catch((error: unknown) => {
      this.ready = null;
      throw error;
    });
    return this.ready;
  }

  private async prepareOnce(signal?: AbortSignal): Promise<string | null> {
    if (!this.isPresent()) return 'this host has no apt archive';
    const release = releaseKeys(readOsRelease());
    const system = { id: release.ID ?? '', codeName: release.VERSION_CODENAME ?? '' };
    const released = system.id === 'debian' ? releasedSuites : [];
    const wanted = [...new Set([...released, ...this.suites.filter(isSuite), ...furtherSuites()])];
    const sources = withSuites(
      distributionSources(await this.configuredSources(), system.codeName),
      wanted,
      isLaterSuite,
    );
    if (sources.length === 0) return 'no apt sources are configured';
    const list = formatSourceStanzas(sources);
    const stamp = join(this.directory, 'updated');
    const listPath = join(this.directory, 'sources', 'archive.sources');
    return withFileLock(
      join(this.directory, 'lock'),
      'update the source index',
      async () => {
        const known = await readFile(listPath, 'utf8').catch(() => null);
        const age = Date.now() - ((await stat(stamp).catch(() => null))?.mtimeMs ?? 0);
        // a stamp from the future tells of a clock that was set back
        if (known === list && age >= 0 && age < dayMs) return null;
        for (const folder of ['state/lists/partial', 'cache/archives/partial', 'sources', 'parts']) {
          await mkdir(join(this.directory, folder), { recursive: true });
        }
        await writeFileDurably(listPath, list);
        await writeFileDurably(join(this.directory, 'apt.conf'), await this.configuration());
        const result = await this.apt('apt-get', ['update'], this.directory, signal);
        const lists = await readdir(join(this.directory, 'state/lists'));
        if (!lists.some((name) => name.includes('_Sources')))
          return `the source index could not be fetched: ${firstComplaint(result)}`;
        await writeFileDurably(stamp, '');
        return null;
      },
      signal,
    );
  }

  private async configuredSources(): Promise<readonly AptSource[]> {
    const folder = join(this.etc, 'sources.list.d');
    const sources = [...parseOneLineSources(await readFile(join(this.etc, 'sources.list'), 'utf8').catch(() => ''))];
    for (const name of (await readdir(folder).catch(() => [] as string[])).sort()) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      if (name.endsWith('.sources')) sources.push(...parseDeb822Sources(text));
      else if (name.endsWith('.list')) sources.push(...parseOneLineSources(text));
    }
    return sources;
  }

  /** Our own configuration plus how the host reaches its archive (proxies, certificates); no hooks of the host. */
  private async configuration(): Promise<string> {
    const dump = await runTool('apt-config', ['dump']);
    const reach = dump.stdout
      .toString('utf8')
      .split('\n')
      .filter((line) => /^Acquire::(https?|ftp|socks|tor)[:"]?.*(Proxy|CA|Ssl|Verify|Dl-Limit)/i.test(line));
    const own: readonly (readonly [string, string])[] = [
      ['Dir::State', join(this.directory, 'state')],
      ['Dir::State::status', '/dev/null'],
      ['Dir::Cache', join(this.directory, 'cache')],
      ['Dir::Etc::main', '/dev/null'],
      ['Dir::Etc::parts', join(this.directory, 'parts')],
      ['Dir::Etc::sourcelist', '/dev/null'],
      ['Dir::Etc::sourceparts', join(this.directory, 'sources')],
      ['Acquire::Languages', 'none'],
      ['Acquire::Retries', '1'],
      ['Acquire::http::Timeout', '10'],
      ['Acquire::https::Timeout', '10'],
      ...(process.getuid?.() === 0 ? ([['APT::Sandbox::User', 'root']] as const) : []),
    ];
    return [...reach, ...own.map(([name, value]) => `${name} ${quoted(value)};`), ''].join('\n');
  }

  /** An exit status is an answer; a full disk is thrown. */
  private async apt(command: string, args: readonly string[], cwd: string, signal?: AbortSignal): Promise<ToolResult> {
    const env = {
      APT_CONFIG: join(this.directory, 'apt.conf'),
      LC_ALL: 'C',
      DEBIAN_FRONTEND: 'noninteractive',
    };
    const result = await runTool(command, args, { cwd, env, signal });
    const full = diskErrorOfLine(result.stderr, { path: cwd, doing: `\`${command}\` was fetching sources` });
    if (full) throw full;
    return result;
  }
}
