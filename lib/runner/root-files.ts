import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  DirectoryListing,
  ElfFacts,
  FileEntry,
  FileHits,
  FilePreview,
  FileRoot,
  LayoutListing,
} from '../api/wire';
import type { Design } from '../design/index';
import {
  childrenOf,
  type FileTree,
  type ElfFacts as InspectedElf,
  type FileEntry as InspectedEntry,
  loadFileMarks,
  loadOwners,
  openInRoot,
  previewFile,
  readElf,
  scanTree,
  searchFiles,
} from '../inspect/index';
import { deriveNames } from '../layout/names';
import { plannedLayout } from '../layout/planned-tree';
import { alignDirectory } from '../sysext/align';
import { type Packing, packingOf } from '../sysext/packed-tree';
import { RunnerError } from './errors';
import { notBuilt } from './prefix-documents';

const mostTrees = 6;

interface KnownTree {
  readonly stamp: string;
  readonly tree: Promise<FileTree>;
}

/** The files that a question is about, and why some of them are not packed. */
interface Looked {
  readonly tree: FileTree;
  readonly notPacked: ReadonlyMap<string, string>;
}

const nothing: ReadonlyMap<string, string> = new Map();

/** Answers questions about the files of built roots; scanned trees are kept until the root's vdb changes. */
export class RootFiles {
  private readonly trees = new Map<string, KnownTree>();
  private readonly packings = new WeakMap<FileTree, { readonly key: string; readonly packing: Packing }>();

  constructor(private readonly home: string) {}

  /** Children of one directory. Throws NOT_BUILT, FILE_UNKNOWN. */
  async list(design: Design, root: FileRoot, path: string): Promise<DirectoryListing> {
    const { tree, notPacked } = await this.require(design, root);
    const directory = normal(path);
    if (directory !== '/' && !tree.entries.some((entry) => entry.path === directory && entry.kind === 'directory')) {
      throw unknownFile(directory, root);
    }
    const counts = childCounts(tree, directory);
    const entries = await Promise.all(
      childrenOf(tree, directory).map((entry) =>
        describe(tree.root, entry, { children: counts.get(entry.path) ?? 0, notPacked }),
      ),
    );
    entries.sort(
      (a, b) => Number(b.kind === 'directory') - Number(a.kind === 'directory') || (a.name < b.name ? -1 : 1),
    );
    return { root, path: directory, entries };
  }

  /** Throws NOT_BUILT. */
  async search(design: Design, root: FileRoot, query: string, limit: number): Promise<FileHits> {
    const { tree, notPacked } = await this.require(design, root);
    const found = searchFiles(tree, query, Number.POSITIVE_INFINITY, design.path);
    const entries = await Promise.all(found.slice(0, limit).map((entry) => describe(tree.root, entry, { notPacked })));
    return { root, entries, total: found.length };
  }

  /** Throws NOT_BUILT, FILE_UNKNOWN and as `previewFile`. */
  async preview(design: Design, root: FileRoot, path: string): Promise<FilePreview> {
    const { tree, notPacked } = await this.require(design, root);
    const file = normal(path);
    const entry = tree.entries.find((candidate) => candidate.path === file);
    if (!entry) throw unknownFile(file, root);
    const described = await describe(tree.root, entry, { notPacked });
    if (entry.kind === 'directory' || entry.kind === 'other') {
      return { root, entry: described, text: null, truncated: false };
    }
    const preview = await previewFile(tree.root, file);
    return {
      root,
      entry: described,
      text: preview.kind === 'text' ? preview.text : null,
      truncated: preview.kind === 'text' && preview.truncated,
    };
  }

  /** Staging, final and image aligned: planned before the first build, real after it. */
  async layout(design: Design, path: string): Promise<LayoutListing> {
    const [staging, final] = await Promise.all([this.find(design, 'staging'), this.find(design, 'final')]);
    const { finalRoot, imageName } = deriveNames(design, this.home, this.home);
    if (staging === null || final === null || !(await isDirectory(join(finalRoot, design.path)))) {
      const image = design.sysext === false ? null : imageName;
      return { path: '/', built: false, rows: plannedLayout(design.path, design.board, image) };
    }
    const directory = normal(path);
    const sysext = design.sysext === false ? null : design.sysext;
    const trees = { staging, final, name: design.name, eprefix: design.path, sysext };
    return { path: directory, built: true, rows: alignDirectory(trees, directory) };
  }

  /** Every file of a root. Throws NOT_BUILT. */
  async all(design: Design, root: FileRoot): Promise<readonly FileEntry[]> {
    const { tree, notPacked } = await this.require(design, root);
    const counts = childCounts(tree, null);
    const entries: FileEntry[] = [];
    for (const entry of tree.entries) {
      entries.push(await describe(tree.root, entry, { children: counts.get(entry.path) ?? 0, notPacked }));
    }
    return entries;
  }

  private async require(design: Design, root: FileRoot): Promise<Looked> {
    const tree = await this.find(design, root === 'staging' ? root : 'final');
    if (tree === null || (root === 'image' && design.sysext === false)) throw notBuilt(design.name);
    if (root === 'staging' || design.sysext === false) return { tree, notPacked: nothing };
    const { packed, notPacked } = this.packing(tree, design.path, design.sysext);
    return root === 'image' ? { tree: packed, notPacked: nothing } : { tree, notPacked };
  }

  private packing(tree: FileTree, eprefix: string, sysext: Exclude<Design['sysext'], false>): Packing {
    const key = [eprefix, ...sysext.keep].join(' ');
    const known = this.packings.get(tree);
    if (known?.key === key) return known.packing;
    const packing = packingOf(tree, eprefix, sysext);
    this.packings.set(tree, { key, packing });
    return packing;
  }

  private async find(design: Design, root: 'staging' | 'final'): Promise<FileTree | null> {
    const names = deriveNames(design, this.home, this.home);
    const folder = root === 'staging' ? names.stagingRoot : names.finalRoot;
    const stamp = await vdbStamp(join(folder, design.path));
    if (stamp === null) return null;
    const known = this.trees.get(folder);
    if (known?.stamp === stamp) return known.tree;
    const tree = loadOwners(folder, design.path).then((owners) =>
      scanTree(folder, owners, loadFileMarks(folder, design.path, owners)),
    );
    this.trees.delete(folder);
    this.trees.set(folder, { stamp, tree });
    for (const oldest of [...this.trees.keys()].slice(0, -mostTrees)) this.trees.delete(oldest);
    tree.catch(() => this.trees.delete(folder));
    return tree;
  }
}

/** Changes with every merge and unmerge; null while there is no vdb. */
async function vdbStamp(eroot: string): Promise<string | null> {
  const vdb = join(eroot, 'var', 'db', 'pkg');
  const categories = await readdir(vdb).catch(() => null);
  if (categories === null || categories.length === 0) return null;
  const folders = [vdb, ...categories.sort().map((category) => join(vdb, category))];
  const times = await Promise.all(folders.map(async (folder) => (await stat(folder).catch(() => null))?.mtimeMs ?? 0));
  return times.join(' ');
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

function normal(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return `/${parts.join('/')}`;
}

function unknownFile(path: string, root: FileRoot): RunnerError {
  return new RunnerError('FILE_UNKNOWN', `There is no \`${path}\` in ${root}.`);
}

/** Direct children of each directory below one, or of all. */
function childCounts(tree: FileTree, directory: string | null): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const within = directory === null || directory === '/' ? '/' : `${directory}/`;
  for (const { path } of tree.entries) {
    if (!path.startsWith(within)) continue;
    const parent = path.slice(0, path.lastIndexOf('/'));
    counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

async function describe(
  root: string,
  entry: InspectedEntry,
  { children = 0, notPacked }: { readonly children?: number; readonly notPacked: ReadonlyMap<string, string> },
): Promise<FileEntry> {
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    kind: entry.kind === 'link' ? 'symlink' : entry.kind,
    sizeBytes: entry.sizeBytes,
    mode: entry.mode.toString(8).padStart(4, '0'),
    owner: entry.owner,
    givenTo: entry.mark && entry.mark.uid + entry.mark.gid > 0 ? `${entry.mark.uid}:${entry.mark.gid}` : null,
    capabilities: entry.mark?.capabilities || null,
    target: entry.target,
    elf: entry.kind === 'file' && mayBeElf(entry) ? await elfFacts(root, entry) : null,
    children,
    notPacked: notPacked.get(entry.path) ?? null,
  };
}

/** Programs are executable; libraries and objects have a name that says so. */
const mayBeElf = (entry: InspectedEntry): boolean =>
  entry.sizeBytes >= 64 && ((entry.mode & 0o111) !== 0 || /\.(so|o|a|ko)(\.|$)/.test(entry.path));

async function elfFacts(root: string, entry: InspectedEntry): Promise<ElfFacts | null> {
  const handle = await openInRoot(root, entry.path).catch(() => null);
  if (!handle) return null;
  try {
    const facts = readElf(handle.fd, entry.sizeBytes);
    if (!facts) return null;
    return {
      kind: elfKind(facts),
      machine: facts.machine,
      interpreter: facts.interpreter,
      soname: facts.soname,
      needed: facts.needed,
      rpath: joined(facts.rpath),
      runpath: joined(facts.runpath),
    };
  } finally {
    await handle.close();
  }
}

const joined = (folders: readonly string[]): string | null => (folders.length === 0 ? null : folders.join(':'));

function elfKind({ type, interpreter, soname }: InspectedElf): ElfFacts['kind'] {
  if (type === 'REL') return 'object';
  if (type === 'EXEC' || (interpreter !== null && soname === null)) return 'executable';
  return type === 'DYN' ? 'library' : 'other';
}
