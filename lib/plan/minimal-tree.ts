import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ContainedFolder, type Refusal } from '../host/contained-file';
import { makeNamedFolder } from '../host/writable-folder';
import {
  formatCacheEntry,
  type HostEntry,
  hostTableFile,
  type ProfileNode,
  parseConfigLines,
  type Repository,
  type RepositoryCandidate,
} from '../repo';
import { limits } from '../repo/limits';
import type { Plan } from '../resolve/plan';
import { PlanError } from './errors';
import { filterPackageLines, filterWords } from './filter-lines';
import type { OpenedDesign } from './open-design';

export interface MinimalTree {
  readonly folder: string;
  /** `repository -> number of ebuilds` */
  readonly ebuilds: Readonly<Record<string, number>>;
  readonly eclasses: number;
  readonly files: number;
  readonly sizeBytes: number;
}

/** Files of a folder that belong to a package besides ebuilds and Manifest. */
const packageExtras = ['files', 'metadata.xml'];

/** A word of metadata that names a file and no path. */
const isFileName = (word: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(word);

/** Files in `profiles/` whose lines begin with an atom. */
const isPackageFile = (name: string): boolean => /^(?:package\.|packages$)/.test(name);
const isFlagFile = (name: string): boolean => /^use\.(?:stable\.)?(?:mask|force)$/.test(name);

class Writer {
  files = 0;
  sizeBytes = 0;

  constructor(private readonly opened: OpenedDesign) {}

  write(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    this.files++;
    this.sizeBytes += Buffer.byteLength(text);
  }

  copy(from: string, to: string): void {
    const text = this.opened.tree.files.readText(from);
    if (text !== null) this.write(to, text);
  }

  /** Files and folders below a folder of a repository; a link becomes what it leads to, inside of the repository. */
  copyTree(repository: ContainedFolder, from: string, to: string, depth = 0): void {
    const kind = repository.kind(from);
    if (kind === 'file') this.copyFile(repository, from, to);
    if (kind !== 'directory') return;
    const list = repository.list(from, limits.folderEntries);
    if (list.kind === 'refused') throw refused(list);
    if (depth > limits.configDepth) throw refused({ path: from, reason: 'is nested too deep' });
    if (list.kind !== 'content') return;
    for (const name of list.names) this.copyTree(repository, join(from, name), join(to, name), depth + 1);
  }

  private copyFile(repository: ContainedFolder, from: string, to: string): void {
    const answer = repository.read(from, limits.packageFilesBytes);
    if (answer.kind === 'refused') throw refused(answer);
    if (answer.kind !== 'content') return;
    this.files++;
    this.sizeBytes += answer.data.length;
    if (this.sizeBytes > mostBytes)
      throw refused({ path: from, reason: `makes the tree larger than ${mostBytes} bytes` });
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, answer.data, { mode: statSync(from).mode & 0o111 ? 0o755 : 0o644 });
  }
}

/** A tree for one plan; the largest of the starters' has 2 MB. */
const mostBytes = 2 ** 30;

const refused = ({ path, reason }: Refusal): PlanError =>
  new PlanError('EXPORT_INCOMPLETE', `\`${path}\` ${reason}, so the tree would lack it`, {
    hint: 'A repository consists of regular files of ordinary size. Correct it, or leave the repository out.',
    details: { path },
  });

/** Ebuilds that a plan builds. */
function neededEbuilds(opened: OpenedDesign, plan: Plan): RepositoryCandidate[] {
  const found = new Map<string, RepositoryCandidate>();
  for (const pkg of plan.packages) {
    if (pkg.root === 'host') continue;
    const candidate = opened.staging
      .candidates(`${pkg.category}/${pkg.pn}`)
      .find((each) => each.kind === 'ebuild' && each.cpv === pkg.cpv && each.repository === pkg.repository);
    if (candidate) found.set(`${candidate.cpv}::${candidate.repository}`, candidate);
  }
  return [...found.values()];
}

/** What the plan takes from the host, as a table; nobody looks behind it. */
function hostTable(opened: OpenedDesign, plan: Plan): string {
  const rows = plan.packages.flatMap((pkg): HostEntry[] => {
    if (pkg.root !== 'host') return [];
    const [installed] = opened.host.installed(`${pkg.category}/${pkg.pn}`).filter((each) => each.cpv === pkg.cpv);
    if (!installed) return [];
    const slot = `${installed.slot}/${installed.subSlot}`;
    const use = [...(installed.recordedUse ?? [])].sort();
    return [
      { cpv: pkg.cpv, slot, repo: installed.repository, use, iuse: [...installed.iuse.keys()].sort(), bare: true },
    ];
  });
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Manifest lines of the distfiles that an ebuild of the list names. */
function thinManifest(text: string, ebuilds: readonly RepositoryCandidate[]): string {
  const named = ebuilds.map((each) => each.metadata.SRC_URI ?? '').join(' ');
  const words = new Set(named.split(/\s+/).map((word) => basename(word)));
  return text
    .split('\n')
    .filter((line) => line.startsWith('DIST ') && words.has(line.split(' ')[1] as string))
    .map((line) => `${line}\n`)
    .join('');
}

/** Profile nodes of all configurations, each once. */
function nodesOf(opened: OpenedDesign): ProfileNode[] {
  const nodes = new Map<string, ProfileNode>();
  for (const { nodes: own } of [opened.staging, opened.final, opened.host]) {
    for (const node of own) if (!node.isUserProfile) nodes.set(node.folder, node);
  }
  return [...nodes.values()];
}

/** Where a repository's copy stands: a tree of one repository is the folder itself. */
function placeOf(folder: string, opened: OpenedDesign, repository: Repository): string {
  return opened.tree.kind === 'starter' && repository.isMain ? folder : join(folder, basename(repository.location));
}

/**
 * Writes the part of the tree that a plan needs: its ebuilds, eclasses, profiles, licences and Manifests, under the
 * repositories' own names. Lines about other packages are left out of the profiles. Planning on the result gives the
 * same plan. Throws `EXPORT_NOT_EMPTY`.
 */
export function exportMinimalTree(opened: OpenedDesign, plan: Plan, folder: string): MinimalTree {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new PlanError('EXPORT_NOT_EMPTY', `\`${folder}\` is not empty`, {
      hint: 'Choose a folder that does not exist yet.',
      details: { folder },
    });
  }
  makeNamedFolder(folder, 'the tree was to be written there');
  const { repositories, files } = opened.tree;
  const writer = new Writer(opened);
  const needed = neededEbuilds(opened, plan);
  const names = new Set(needed.map((each) => each.qualifiedName));
  const flags = new Set(needed.flatMap((each) => [...each.iuse.keys()]));
  const licences = new Set(needed.flatMap((each) => each.license.split(/\s+/)).filter(isFileName));
  const eclasses = new Set<string>();
  const counts: Record<string, number> = {};

  for (const repository of repositories.ordered) {
    const own = needed.filter((each) => each.repository === repository.name);
    const place = placeOf(folder, opened, repository);
    const inside = new ContainedFolder(repository.location);
    counts[repository.name] = own.length;
    for (const name of ['metadata/layout.conf', 'profiles/repo_name', 'profiles/eapi']) {
      writer.copy(join(repository.location, name), join(place, name));
    }
    const categories = [...new Set(own.map((each) => each.category))].sort();
    writer.write(join(place, 'profiles/categories'), categories.map((each) => `${each}\n`).join(''));
    copyRepositoryProfiles(writer, files.list(join(repository.location, 'profiles')), repository, place, {
      names,
      flags,
    });

    const byName = new Map<string, RepositoryCandidate[]>();
    for (const each of own) byName.set(each.qualifiedName, [...(byName.get(each.qualifiedName) ?? []), each]);
    for (const [name, ebuilds] of byName) {
      const from = join(repository.location, name);
      for (const each of ebuilds) {
        const file = `${each.pn}-${each.version.text}.ebuild`;
        writer.copy(join(from, file), join(place, name, file));
        const entry = `${each.category}/${each.pn}-${each.version.text}`;
        writer.write(join(place, 'metadata/md5-cache', entry), formatCacheEntry(each.metadata));
        const parts = (each.metadata._eclasses_ ?? '').split('\t');
        for (let at = 0; at + 1 < parts.length; at += 2) {
          if (!isFileName(parts[at] as string)) continue;
          const path = repository.eclassFolders
            .map((eclassFolder) => join(eclassFolder, `${parts[at]}.eclass`))
            .find((path) => files.kind(path) === 'file');
          if (path !== undefined) eclasses.add(path);
        }
      }
      const manifest = files.readText(join(from, 'Manifest'));
      if (manifest !== null) writer.write(join(place, name, 'Manifest'), thinManifest(manifest, ebuilds));
      for (const extra of packageExtras) writer.copyTree(inside, join(from, extra), join(place, name, extra));
    }
    for (const licence of licences) {
      writer.copy(join(repository.location, 'licenses', licence), join(place, 'licenses', licence));
    }
    writer.copyTree(inside, join(repository.location, 'skel'), join(place, 'skel'));
  }
  if (opened.tree.kind === 'flatcar') writer.write(join(folder, hostTableFile), hostTable(opened, plan));
  for (const path of eclasses) {
    const owner = repositories.ordered.find((each) => path.startsWith(`${each.location}/`));
    if (owner) writer.copy(path, join(placeOf(folder, opened, owner), relative(owner.location, path)));
  }
  for (const node of nodesOf(opened)) {
    const owner = repositories.ordered.find((each) => node.folder.startsWith(`${each.location}/`));
    if (!owner) continue;
    const place = join(placeOf(folder, opened, owner), relative(owner.location, node.folder));
    mkdirSync(place, { recursive: true });
    for (const name of node.files)
      copyProfileFile(writer, join(node.folder, name), join(place, name), { names, flags });
  }
  return { folder, ebuilds: counts, eclasses: eclasses.size, files: writer.files, sizeBytes: writer.sizeBytes };

  function copyProfileFile(
    to: Writer,
    from: string,
    target: string,
    kept: { readonly names: ReadonlySet<string>; readonly flags: ReadonlySet<string> },
  ): void {
    const name = basename(from);
    if (files.kind(from) === 'directory') {
      if (!isPackageFile(name) && !isFlagFile(name)) return;
      for (const inner of files.list(from)) {
        const text = files.readText(join(from, inner)) ?? '';
        to.write(
          join(target, inner),
          isFlagFile(name) ? filterWords(text, kept.flags) : filterPackageLines(text, kept.names),
        );
      }
      return;
    }
    const text = files.readText(from);
    if (text === null) return;
    if (isPackageFile(name)) to.write(target, filterPackageLines(text, kept.names));
    else if (isFlagFile(name)) to.write(target, filterWords(text, kept.flags));
    else to.write(target, text);
  }

  function copyRepositoryProfiles(
    to: Writer,
    list: readonly string[],
    repository: Repository,
    place: string,
    kept: { readonly names: ReadonlySet<string>; readonly flags: ReadonlySet<string> },
  ): void {
    const whole = ['arch.list', 'license_groups', 'thirdpartymirrors', 'make.defaults'];
    for (const name of list) {
      const from = join(repository.location, 'profiles', name);
      if (isPackageFile(name) || isFlagFile(name)) copyProfileFile(to, from, join(place, 'profiles', name), kept);
      else if (whole.includes(name)) to.copy(from, join(place, 'profiles', name));
    }
    const described = parseConfigLines(
      files.readText(join(repository.location, 'profiles/profiles.desc')) ?? '',
      'profiles.desc',
    );
    const folders = new Set(
      nodesOf(opened).map((node) => relative(join(repository.location, 'profiles'), node.folder)),
    );
    const rows = described.filter(({ words }) => folders.has(words[1] ?? ''));
    if (rows.length > 0) {
      to.write(join(place, 'profiles/profiles.desc'), rows.map(({ words }) => `${words.join(' ')}\n`).join(''));
    }
  }
}
