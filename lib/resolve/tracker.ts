import type { Atom } from '../pms';
import { compareVersions } from '../pms';
import { matches } from './matching';
import type { Package, Root } from './package';
import { isSoname } from './soname';

export interface SlotConflict {
  readonly root: Root;
  readonly slotKey: string;
  readonly packages: readonly Package[];
}

/**
 * What a root will hold after the plan: packages put into the graph, and installed ones that none of them replaces.
 * Two packages in one slot are kept, as a conflict to be solved later.
 */
export class PackageTracker {
  private readonly chosen = new Map<string, Package[]>();
  private readonly replacedBy = new Map<Package, Package[]>();
  /** keys with more than one chosen package, in the order in which they got the second */
  private multiple: string[] = [];
  private conflictsCache: SlotConflict[] | null = null;
  private readonly matchCache = new Map<string, Map<string, Package[]>>();

  constructor(private readonly installedOf: (root: Root, qualifiedName: string) => readonly Package[]) {}

  private keyOf(root: Root, qualifiedName: string): string {
    return `${root.label}|${qualifiedName}`;
  }

  private replaces(pkg: Package, installed: Package): boolean {
    return installed.slotKey === pkg.slotKey || installed.cpv === pkg.cpv;
  }

  add(pkg: Package): void {
    const key = this.keyOf(pkg.root, pkg.qualifiedName);
    const list = this.chosen.get(key) ?? [];
    if (list.includes(pkg)) return;
    list.push(pkg);
    if (list.length === 2) this.multiple.push(key);
    this.chosen.set(key, list);
    this.conflictsCache = null;
    for (const installed of this.installedOf(pkg.root, pkg.qualifiedName)) {
      if (!this.replaces(pkg, installed)) continue;
      const by = this.replacedBy.get(installed);
      if (by) by.push(pkg);
      else this.replacedBy.set(installed, [pkg]);
    }
    this.matchCache.delete(key);
  }

  remove(pkg: Package): void {
    const key = this.keyOf(pkg.root, pkg.qualifiedName);
    const list = this.chosen.get(key);
    const at = list?.indexOf(pkg) ?? -1;
    if (list === undefined || at < 0) return;
    list.splice(at, 1);
    if (list.length === 0) this.chosen.delete(key);
    else if (list.length === 1) this.multiple = this.multiple.filter((other) => other !== key);
    for (const [installed, by] of this.replacedBy) {
      const index = by.indexOf(pkg);
      if (index < 0) continue;
      by.splice(index, 1);
      if (by.length === 0) this.replacedBy.delete(installed);
    }
    this.conflictsCache = null;
    this.matchCache.delete(key);
  }

  /** Oldest first. `withInstalled`: also installed packages that nothing replaces. */
  match(root: Root, atom: Atom, withInstalled = true): readonly Package[] {
    if (isSoname(atom)) return this.bringing(root, atom, withInstalled);
    const key = this.keyOf(root, atom.qualifiedName);
    let cache = this.matchCache.get(key);
    if (cache === undefined) {
      cache = new Map();
      this.matchCache.set(key, cache);
    }
    const cacheKey = `${withInstalled ? '+' : '-'}${atom.text}|${atom.unevaluated?.text ?? ''}`;
    let found = cache.get(cacheKey);
    if (found === undefined) {
      const all = [...(this.chosen.get(key) ?? [])];
      if (withInstalled) {
        for (const pkg of this.installedOf(root, atom.qualifiedName)) if (!this.replacedBy.has(pkg)) all.push(pkg);
      }
      found = all.filter((pkg) => matches(atom, pkg)).sort((a, b) => compareVersions(a.version, b.version));
      cache.set(cacheKey, found);
    }
    return found;
  }

  /** Packages of any name that bring a library. */
  private bringing(root: Root, atom: Atom, withInstalled: boolean): readonly Package[] {
    const all = [...this.all()].filter((pkg) => pkg.root === root && matches(atom, pkg));
    if (withInstalled) {
      for (const pkg of this.installedOf(root, atom.qualifiedName)) {
        if (!this.replacedBy.has(pkg) && !all.includes(pkg)) all.push(pkg);
      }
    }
    return all.sort((a, b) => compareVersions(a.version, b.version));
  }

  /** All of one slot, oldest first. */
  inSlot(root: Root, qualifiedName: string, slot: string, withInstalled: boolean): readonly Package[] {
    const key = this.keyOf(root, qualifiedName);
    const all = (this.chosen.get(key) ?? []).filter((pkg) => pkg.slot === slot);
    if (withInstalled) {
      for (const pkg of this.installedOf(root, qualifiedName)) {
        if (pkg.slot === slot && !this.replacedBy.has(pkg)) all.push(pkg);
      }
    }
    return all.length < 2 ? all : all.sort((a, b) => compareVersions(a.version, b.version));
  }

  /** The package of the graph in the slot of this one; the oldest when there is a conflict. */
  existing(pkg: Package): Package | null {
    return this.inSlot(pkg.root, pkg.qualifiedName, pkg.slot, false)[0] ?? null;
  }

  /** Every package with the name, with installed ones. */
  named(root: Root, qualifiedName: string): readonly Package[] {
    const key = this.keyOf(root, qualifiedName);
    const installed = this.installedOf(root, qualifiedName).filter((pkg) => !this.replacedBy.has(pkg));
    return [...(this.chosen.get(key) ?? []), ...installed];
  }

  /** Every chosen package. */
  *all(): Generator<Package> {
    for (const list of this.chosen.values()) yield* list;
  }

  conflicts(): readonly SlotConflict[] {
    if (this.conflictsCache === null) {
      this.conflictsCache = [];
      for (const key of this.multiple) {
        const list = this.chosen.get(key) ?? [];
        const slots = new Map<string, Package[]>();
        for (const pkg of list) {
          const same = slots.get(pkg.slotKey);
          if (same) same.push(pkg);
          else slots.set(pkg.slotKey, [pkg]);
        }
        for (const [slotKey, packages] of slots) {
          const [first] = packages;
          if (first && packages.length > 1)
            this.conflictsCache.push({ root: first.root, slotKey, packages: [...packages] });
        }
      }
    }
    return this.conflictsCache;
  }

  contains(pkg: Package, withInstalled: boolean): boolean {
    const key = this.keyOf(pkg.root, pkg.qualifiedName);
    if (this.chosen.get(key)?.includes(pkg)) return true;
    return withInstalled && this.installedOf(pkg.root, pkg.qualifiedName).includes(pkg) && !this.replacedBy.has(pkg);
  }
}
