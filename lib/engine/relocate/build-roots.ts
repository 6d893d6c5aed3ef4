import { createHash } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { copyFileUnless } from '../../host/copy-file';
import { removeTree } from '../../host/remove-tree';
import { parseCpv } from '../../pms';
import type { ConfigProtection } from '../config-protect';
import type { ImageEntry } from '../image-tree';
import { inTurns } from '../in-turns';
import { entryText, installReadyPackage, type ReadyPackage, unpackForInstall } from '../install-package';
import { type HookSetting, hasWork } from '../package-hooks';
import type { StoredPackage } from '../package-store';
import type { TargetRoot } from '../vdb';
import { copyTree, KeptRoots, linkTree, listTree, type RootEntry, readKept, recordRoot, treeOf } from './kept-roots';
import { placeholderPath } from './placeholder';

/** What a build root is made of and with. */
export interface BuildRootsSetting {
  /** everything is made below it, and goes with it */
  readonly folder: string;
  readonly hooks: (target: TargetRoot) => HookSetting;
  /** where roots are kept for later runs, on the same disk; absent: nowhere */
  readonly keptIn?: string;
}

/** A file of the user's that has a say in a build; it is in the build key. */
export interface ConfigurationFile {
  /** below `etc/portage` */
  readonly path: string;
  readonly data: Uint8Array;
}

const noProtection: ConfigProtection = { protect: [], mask: [] };

/** A second tree of an image: its files are links where nothing will write to them. */
async function cloneImage(
  from: string,
  entries: readonly ImageEntry[],
  to: string,
  copies: boolean,
  signal?: AbortSignal,
): Promise<void> {
  mkdirSync(to, { recursive: true });
  const copy = async (source: string, target: string, { mode, mtime }: ImageEntry): Promise<void> => {
    await copyFileUnless(signal, source, target);
    chmodSync(target, mode);
    utimesSync(target, mtime, mtime);
  };
  const clone = (entry: ImageEntry): void | Promise<void> => {
    const [source, target] = [join(from, entry.path), join(to, entry.path)];
    if (entry.kind === 'dir') mkdirSync(target);
    else if (entry.kind === 'symlink') symlinkSync(entry.target ?? '', target);
    else if (entry.kind === 'file' && !copies) linkSync(source, target);
    else if (entry.kind === 'file') return copy(source, target, entry);
    if (entry.kind === 'symlink') lutimesSync(target, entry.mtime, entry.mtime);
    if (entry.kind === 'dir') chmodSync(target, entry.mode);
  };
  await inTurns(entries, clone, signal);
}

/** A root that is made. */
interface MadeRoot {
  readonly target: TargetRoot;
  /** what it holds when no phase ran in it, so that nobody knows of it but its packages; null: it is for this run only */
  readonly entries: readonly RootEntry[] | null;
}

/** What a root is called: by the package files that it is made of, and by what stood there when the last of them came. */
function namesOf(members: readonly StoredPackage[]): readonly string[] {
  const names: string[] = [];
  for (const { path } of members) {
    const { dev, ino, size, mtimeMs, ctimeMs } = lstatSync(path);
    const parts = [names.at(-1) ?? `${rootsRevision} ${placeholderPath}`, path, dev, ino, size, mtimeMs, ctimeMs];
    names.push(createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32));
  }
  return names;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The files are those of other roots too. */
const refusePhases: HookSetting['runPhases'] = ({ cpv, phases }) =>
  Promise.reject(new Error(`${phases.join(' ')} of ${cpv} would run in a root whose files others have too`));

/** Raised when roots are made differently from before. */
const rootsRevision = 1;

/**
 * Roots at the placeholder, in which packages for any path are built. Each holds exactly the packages that its builds may
 * see, which are those that their keys name: nothing that a prefix has besides has a say in what all prefixes share.
 * Builds can only read them, so they stay for later runs, and a root with more packages begins as links to the files of one
 * with fewer. One in which phases of packages ran is made anew in each run.
 */
export class BuildRoots {
  private readonly roots = new Map<string, Promise<TargetRoot>>();
  /** those that are made, by name */
  private readonly made = new Map<string, MadeRoot>();
  private readonly unpacked = new Map<string, Promise<ReadyPackage>>();
  private readonly kept: KeptRoots | null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly setting: BuildRootsSetting) {
    this.kept = setting.keptIn === undefined ? null : new KeptRoots(setting.keptIn);
  }

  /**
   * A root with these packages of the store, in an order in which they can be merged, and these files of the configuration.
   * Throws what merging throws.
   */
  rootFor(members: readonly StoredPackage[], configuration: readonly ConfigurationFile[]): Promise<TargetRoot> {
    const names = namesOf(members);
    const hash = createHash('sha256').update(names.at(-1) ?? '');
    for (const { path, data } of configuration) hash.update(`\0${path}\0${data.length}\0`).update(data);
    const name = configuration.length === 0 ? (names.at(-1) ?? 'empty') : hash.digest('hex').slice(0, 32);
    const known = this.roots.get(name);
    if (known) return known;
    const root = this.last.then(() => this.provide(name, names, members, configuration));
    this.last = root.catch(() => undefined);
    this.roots.set(name, root);
    return root;
  }

  /** The run is over: what can be used again is kept. `inUse`: roots, as paths, that stay where they are. */
  async end(inUse: ReadonlySet<string>): Promise<void> {
    await this.last;
    const staying = new Set(
      [...this.made.keys(), ...namesIn(this.setting.folder)].filter((name) => inUse.has(this.targetOf(name).root)),
    );
    for (const [name, { entries }] of this.made) {
      if (entries !== null && !staying.has(name)) await this.kept?.bring(name, this.folderOf(name));
    }
    await this.kept?.forgetOld();
    if (staying.size === 0) return removeTree(this.setting.folder);
    for (const name of namesIn(this.setting.folder)) {
      if (!staying.has(name)) await removeTree(join(this.setting.folder, name));
    }
  }

  private folderOf(name: string): string {
    return join(this.setting.folder, name);
  }

  private targetOf(name: string): TargetRoot {
    return { root: treeOf(this.folderOf(name)), eprefix: placeholderPath };
  }

  private async provide(
    name: string,
    names: readonly string[],
    members: readonly StoredPackage[],
    configuration: readonly ConfigurationFile[],
  ): Promise<TargetRoot> {
    const target = this.targetOf(name);
    if (await this.find(name)) return target;
    await removeTree(this.folderOf(name));
    const base = configuration.length === 0 ? await this.baseOf(names) : null;
    const isPlain = base ? await this.extend(base, name, members) : await this.makeAnew(name, members, configuration);
    const entries = isPlain && this.kept !== null ? listTree(target.root) : null;
    if (entries !== null) recordRoot(this.folderOf(name), entries);
    this.made.set(name, { target, entries });
    return target;
  }

  /** A root of this run or of an earlier one. */
  private async find(name: string): Promise<MadeRoot | null> {
    const here = this.made.get(name);
    if (here) return here;
    if (this.kept === null) return null;
    // one that stayed for a shell is used where it stands: builds only read it, as the shell does
    const entries = readKept(this.folderOf(name)) ?? (await this.takeKept(name));
    if (entries === null) return null;
    const found = { target: this.targetOf(name), entries };
    this.made.set(name, found);
    return found;
  }

  private async takeKept(name: string): Promise<readonly RootEntry[] | null> {
    await removeTree(this.folderOf(name));
    mkdirSync(this.setting.folder, { recursive: true });
    return (await this.kept?.take(name, this.folderOf(name))) ?? null;
  }

  /** The root with most of the packages that come first, and how many these are. */
  private async baseOf(names: readonly string[]): Promise<{ readonly root: MadeRoot; readonly count: number } | null> {
    for (let count = names.length - 1; count > 0; count -= 1) {
      const root = await this.find(names[count - 1] as string);
      if (root?.entries) return { root, count };
    }
    return null;
  }

  /** Makes a root out of one with fewer packages. True: no phase ran in it. */
  private async extend(
    { root, count }: { readonly root: MadeRoot; readonly count: number },
    name: string,
    members: readonly StoredPackage[],
  ): Promise<boolean> {
    const target = this.targetOf(name);
    const others: ReadyPackage[] = [];
    for (const member of members.slice(count)) others.push(await this.unpack(member));
    const copies = await this.havePhases(target, others);
    if (copies) await copyTree(root.target.root, target.root);
    else await linkTree(root.target.root, root.entries ?? [], target.root);
    for (const one of others) await this.install(name, one, copies);
    await removeTree(join(this.setting.folder, `.${name}`));
    return !copies;
  }

  /** Makes a root from nothing. True: no phase ran in it. */
  private async makeAnew(
    name: string,
    members: readonly StoredPackage[],
    configuration: readonly ConfigurationFile[],
  ): Promise<boolean> {
    const target = this.targetOf(name);
    const folder = join(target.root, placeholderPath, 'etc/portage');
    mkdirSync(folder, { recursive: true });
    for (const { path, data } of configuration) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), data);
    }
    const ready: ReadyPackage[] = [];
    for (const member of members) ready.push(await this.unpack(member));
    // a phase that writes to a file must not write to that of another root
    const copies = await this.havePhases(target, ready);
    for (const one of ready) await this.install(name, one, copies);
    await removeTree(join(this.setting.folder, `.${name}`));
    return !copies;
  }

  private async havePhases(target: TargetRoot, packages: readonly ReadyPackage[]): Promise<boolean> {
    const hooks = this.setting.hooks(target);
    for (const { entryFiles, entries } of packages) {
      // what it brings is run around the phases of those that come behind it
      if (entries.some(({ path }) => path === `${placeholderPath}/etc/portage/bashrc`)) return true;
      for (const phase of ['preinst', 'postinst'] as const) {
        if (await hasWork(hooks, phase, (file) => entryText(entryFiles, file))) return true;
      }
    }
    return false;
  }

  private async install(name: string, one: ReadyPackage, copies: boolean): Promise<void> {
    const target = this.targetOf(name);
    const { category, pf } = parseCpv(one.cpv);
    const imageDir = join(this.setting.folder, `.${name}`, category, pf, 'image');
    await removeTree(imageDir);
    const hooks = this.setting.hooks(target);
    await cloneImage(one.imageDir, one.entries, imageDir, copies, hooks.signal);
    const runPhases = copies ? hooks.runPhases : refusePhases;
    await installReadyPackage(target, { ...one, imageDir }, noProtection, { ...hooks, runPhases });
  }

  private unpack(stored: StoredPackage): Promise<ReadyPackage> {
    const known = this.unpacked.get(stored.path);
    if (known) return known;
    const folder = join(this.setting.folder, 'unpacked', basename(stored.path));
    const ready = unpackForInstall(stored, folder, placeholderPath, []);
    this.unpacked.set(stored.path, ready);
    return ready;
  }
}
