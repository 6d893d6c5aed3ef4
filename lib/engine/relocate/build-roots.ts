import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeTree } from '../../host/remove-tree';
import { parseCpv } from '../../pms';
import type { ConfigProtection } from '../config-protect';
import type { ImageEntry } from '../image-tree';
import { inTurns } from '../in-turns';
import { entryText, installReadyPackage, type ReadyPackage, unpackForInstall } from '../install-package';
import { type HookSetting, hasWork } from '../package-hooks';
import type { StoredPackage } from '../package-store';
import type { TargetRoot } from '../vdb';
import { placeholderPath } from './placeholder';

/** What a build root is made of and with. */
export interface BuildRootsSetting {
  /** everything is made below it, and goes with it */
  readonly folder: string;
  readonly hooks: (target: TargetRoot) => HookSetting;
  /** holds the prefix back from too much at once: merges are done one after the other */
  readonly installMask?: readonly string[];
}

/** A file of the user's that has a say in a build; it is in the build key. */
export interface ConfigurationFile {
  /** below `etc/portage` */
  readonly path: string;
  readonly data: Uint8Array;
}

const noProtection: ConfigProtection = { protect: [], mask: [] };

/** A second tree of an image: its files are links where nothing will write to them. */
async function cloneImage(from: string, entries: readonly ImageEntry[], to: string, copies: boolean): Promise<void> {
  mkdirSync(to, { recursive: true });
  await inTurns(entries, (entry) => {
    const [source, target] = [join(from, entry.path), join(to, entry.path)];
    if (entry.kind === 'dir') mkdirSync(target);
    else if (entry.kind === 'symlink') symlinkSync(entry.target ?? '', target);
    else if (entry.kind === 'file' && !copies) linkSync(source, target);
    else if (entry.kind === 'file') {
      copyFileSync(source, target);
      chmodSync(target, entry.mode);
      utimesSync(target, entry.mtime, entry.mtime);
    }
    if (entry.kind === 'symlink') lutimesSync(target, entry.mtime, entry.mtime);
    if (entry.kind === 'dir') chmodSync(target, entry.mode);
  });
}

/**
 * Roots at the placeholder, in which packages for any path are built. Each holds exactly the packages that its builds may
 * see, which are those that their keys name: nothing that a prefix has besides has a say in what all prefixes share.
 */
export class BuildRoots {
  private readonly roots = new Map<string, Promise<TargetRoot>>();
  private readonly unpacked = new Map<string, Promise<ReadyPackage>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly setting: BuildRootsSetting) {}

  /**
   * A root with these packages of the store, in an order in which they can be merged, and these files of the configuration.
   * Throws what merging throws.
   */
  rootFor(members: readonly StoredPackage[], configuration: readonly ConfigurationFile[]): Promise<TargetRoot> {
    const hash = createHash('sha256').update(members.map(({ path }) => path).join('\n'));
    for (const { path, data } of configuration) hash.update(`\0${path}\0${data.length}\0`).update(data);
    const name = hash.digest('hex').slice(0, 16);
    const known = this.roots.get(name);
    if (known) return known;
    const root = this.last.then(() => this.make(name, members, configuration));
    this.last = root.catch(() => undefined);
    this.roots.set(name, root);
    return root;
  }

  async remove(): Promise<void> {
    await removeTree(this.setting.folder);
  }

  private async make(
    name: string,
    members: readonly StoredPackage[],
    configuration: readonly ConfigurationFile[],
  ): Promise<TargetRoot> {
    const target: TargetRoot = { root: join(this.setting.folder, name), eprefix: placeholderPath };
    await removeTree(target.root);
    const folder = join(target.root, placeholderPath, 'etc/portage');
    mkdirSync(folder, { recursive: true });
    for (const { path, data } of configuration) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), data);
    }
    const hooks = this.setting.hooks(target);
    const ready: ReadyPackage[] = [];
    for (const member of members) ready.push(await this.unpack(member));
    // a phase that writes to a file must not write to that of another root
    let copies = false;
    for (const { entryFiles } of ready) {
      for (const phase of ['preinst', 'postinst'] as const) {
        if (await hasWork(hooks, phase, (file) => entryText(entryFiles, file))) copies = true;
      }
    }
    for (const one of ready) {
      const { category, pf } = parseCpv(one.cpv);
      const imageDir = join(this.setting.folder, `.${name}`, category, pf, 'image');
      await removeTree(imageDir);
      await cloneImage(one.imageDir, one.entries, imageDir, copies);
      await installReadyPackage(target, { ...one, imageDir }, noProtection, hooks);
    }
    await removeTree(join(this.setting.folder, `.${name}`));
    return target;
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
