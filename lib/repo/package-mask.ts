import { posix } from 'node:path';
import { type Atom, type AtomOptions, eapi, tryParseAtom } from '../pms';
import { matchesPackage, type PackageIdentity } from './atom-table';
import { type ConfigLine, commentOf, readConfigLines } from './config-lines';
import { designFile } from './design-file';
import type { FileTree } from './file-tree';
import { nodeLines, type ProfileNode } from './profile';
import type { Repository, RepositorySet } from './repositories';

/** One line of package.mask or package.unmask. */
interface MaskLine {
  /** the text that removes it again, without the repository that was added */
  readonly text: string;
  readonly repository: string | null;
  readonly options: AtomOptions;
  readonly line: ConfigLine;
}

/** A mask that hits a package. */
export interface MaskHit {
  readonly atom: string;
  readonly file: string;
  readonly line: number;
  readonly comment: string;
  /** written there for a design */
  readonly byDesign?: true;
}

type Entry = MaskLine & { parsed?: Atom | null };

function linesOf(tree: FileTree, repository: Repository, name: string): MaskLine[] {
  const path = posix.join(repository.location, 'profiles', name);
  const options = {
    eapi: eapi(repository.profileEapi),
    allowRepository: repository.profileFormats.includes('profile-repo-deps'),
    allowBuildId: repository.profileFormats.includes('build-id'),
  };
  return readConfigLines(tree, path, repository.hasProfileDirectories).map((line) => ({
    text: line.words.join(' '),
    repository: null,
    options,
    line,
  }));
}

/**
 * Lines of `profiles/package.mask` and `package.unmask` of a repository that are no atom of its EAPI, so that they mask
 * nothing; Portage passes over them too.
 */
export function ignoredMaskLines(tree: FileTree, repository: Repository): readonly ConfigLine[] {
  return ['package.mask', 'package.unmask'].flatMap((name) =>
    linesOf(tree, repository, name)
      .filter(({ text, options }) => text !== '-*' && tryParseAtom(text.replace(/^-/, ''), options) === null)
      .map(({ line }) => line),
  );
}

const keyOf = (entry: { readonly text: string; readonly repository: string | null }): string =>
  entry.repository === null || entry.text.includes('::') ? entry.text : `${entry.text}::${entry.repository}`;

/**
 * Stacks lines; `-atom` takes lines of that text away. `anyRepository`: also those that got a repository added.
 */
function stack(lists: readonly (readonly MaskLine[])[], anyRepository: boolean): Entry[] {
  const stacked = new Map<string, MaskLine>();
  for (const list of lists) {
    for (const entry of list) {
      if (entry.text === '-*') stacked.clear();
      else if (entry.text.startsWith('-')) {
        const text = entry.text.slice(1);
        stacked.delete(text);
        if (anyRepository && !text.includes('::')) {
          for (const [key, other] of stacked) if (key.replace(/::[^[]+/, '') === text && other) stacked.delete(key);
        }
      } else stacked.set(keyOf(entry), entry);
    }
  }
  return [...stacked.values()];
}

function nameOf(text: string): string {
  const match = /^[<>=~]*([^:[]+)/.exec(text);
  const body = match?.[1] ?? text;
  if (!/^[<>=~]/.test(text)) return body;
  return body.replace(/-\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?\*?$/, '');
}

function index(entries: readonly Entry[]): { byName: Map<string, Entry[]>; wildcards: Entry[] } {
  const byName = new Map<string, Entry[]>();
  const wildcards: Entry[] = [];
  for (const entry of entries) {
    const name = nameOf(entry.text);
    if (name.includes('*')) wildcards.push(entry);
    else if (byName.has(name)) byName.get(name)?.push(entry);
    else byName.set(name, [entry]);
  }
  return { byName, wildcards };
}

function hits(entry: Entry, subject: PackageIdentity): boolean {
  if (entry.parsed === undefined) {
    const atom = tryParseAtom(entry.text, entry.options);
    entry.parsed =
      atom === null
        ? null
        : entry.repository !== null && atom.repository === null
          ? { ...atom, repository: entry.repository }
          : atom;
  }
  return entry.parsed !== null && matchesPackage(entry.parsed, subject);
}

const userOptions: AtomOptions = { allowWildcard: true, allowRepository: true, allowBuildId: true };

/** package.mask and package.unmask of repositories, profile and user, stacked. Source: PMS 5.2.8, portage(5). */
export class PackageMasks {
  private readonly masks: ReturnType<typeof index>;
  private readonly unmasks: ReturnType<typeof index>;

  constructor(
    private readonly tree: FileTree,
    repositories: RepositorySet,
    nodes: readonly ProfileNode[],
    private readonly userConfig: string | null,
  ) {
    const ofRepository = (repository: Repository, name: string): MaskLine[] => linesOf(tree, repository, name);
    const inRepositories = (name: string): MaskLine[] =>
      repositories.ordered.flatMap((repository) => {
        const own = ofRepository(repository, name);
        const masters = name === 'package.mask' ? repository.masters : [];
        const stacked = masters.flatMap((master) => {
          const found = repositories.byName.get(master);
          return found ? stack([ofRepository(found, name), own], false) : [];
        });
        const lines = masters.length > 0 ? stacked : stack([own], false);
        return lines.map((line) => ({ ...line, repository: repository.name }));
      });
    // removals inside the profile end with it: they do not reach the repositories' own package.mask
    const ofNodes = (name: string): MaskLine[] =>
      stack(
        nodes.map((node) =>
          nodeLines(tree, node, name).map((line) => ({
            text: line.words.join(' '),
            repository: null,
            options:
              node.eapi === null
                ? userOptions
                : { eapi: eapi(node.eapi), allowRepository: node.allowsRepository, allowBuildId: node.allowsBuildId },
            line,
          })),
        ),
        false,
      );
    const ofUser = (name: string): MaskLine[] =>
      userConfig === null
        ? []
        : readConfigLines(tree, posix.join(userConfig, name), true).map((line) => ({
            text: line.words.join(' '),
            repository: null,
            options: userOptions,
            line,
          }));
    this.masks = index(stack([inRepositories('package.mask'), ofNodes('package.mask'), ofUser('package.mask')], true));
    this.unmasks = index(
      stack([inRepositories('package.unmask'), ofNodes('package.unmask'), ofUser('package.unmask')], true),
    );
  }

  private find(place: ReturnType<typeof index>, subject: PackageIdentity): Entry | null {
    for (const entry of place.byName.get(subject.qualifiedName) ?? []) if (hits(entry, subject)) return entry;
    for (const entry of place.wildcards) if (hits(entry, subject)) return entry;
    return null;
  }

  /** The mask that holds, null when there is none or an unmask lifts it. */
  hit(subject: PackageIdentity): MaskHit | null {
    const entry = this.find(this.masks, subject);
    if (entry === null || this.find(this.unmasks, subject) !== null) return null;
    const { file, line } = entry.line;
    const comment = commentOf(this.tree.readText(file) ?? '', line);
    const isOwn = this.userConfig !== null && file === posix.join(this.userConfig, 'package.mask', designFile);
    return { atom: keyOf(entry), file, line, comment, ...(isOwn ? { byDesign: true as const } : {}) };
  }
}
