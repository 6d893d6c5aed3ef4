import type { Atom } from '../pms';
import type { Argument } from './arguments';
import { matches } from './matching';
import { comparePackages, type Package } from './package';
import { type ArgumentAtoms, deeper, isTooDeep, type Run } from './run';

/** Registers the atoms of arguments; replaces what was registered before. */
export function setArguments(run: Run, all: readonly Argument[]): void {
  run.argumentAtoms.clear();
  for (const argument of all) {
    for (const atom of argument.atoms) {
      const byName = run.argumentAtoms.get(argument.root.label) ?? new Map<string, ArgumentAtoms[]>();
      run.argumentAtoms.set(argument.root.label, byName);
      const list = byName.get(atom.qualifiedName) ?? [];
      byName.set(atom.qualifiedName, list);
      const entry = list.find((other) => other.atom.text === atom.text);
      if (entry === undefined) list.push({ atom, arguments: [argument] });
      else if (!entry.arguments.includes(argument)) entry.arguments.push(argument);
    }
  }
  run.clearSelectionCaches();
}

/** Is something newer in another slot known for the atom, so that the argument does not mean this package? */
function meansHigherSlot(run: Run, pkg: Package, atom: Atom): boolean {
  const visible = (run.visiblePackages.get(`${pkg.root.label}|${pkg.qualifiedName}`) ?? [])
    .filter((other) => matches(atom, other))
    .sort((a, b) => comparePackages(b, a));
  for (const other of visible) {
    if (pkg.version.order >= other.version.order) return false;
    if (other.slot !== pkg.slot) return true;
  }
  return false;
}

/** The arguments that mean the package. */
export function argumentsFor(run: Run, pkg: Package): { readonly argument: Argument; readonly atom: Atom }[] {
  const entries = run.argumentAtoms.get(pkg.root.label)?.get(pkg.qualifiedName);
  if (entries === undefined) return [];
  const found: { argument: Argument; atom: Atom }[] = [];
  for (const { atom, arguments: all } of entries) {
    if (!matches(atom, pkg) || meansHigherSlot(run, pkg, atom)) continue;
    for (const argument of all) found.push({ argument, atom });
  }
  return found;
}

/** Is it named by an atom of the command, and not only by a set? */
export function isNamed(run: Run, pkg: Package): boolean {
  return argumentsFor(run, pkg).some(({ argument }) => argument.type === 'atom');
}

/** May the installed package stay, or was it asked for anew? */
export function wantsInstalled(run: Run, pkg: Package): boolean {
  if (run.frozen.excluded.has(pkg)) return true;
  const all = argumentsFor(run, pkg);
  if (all.some(({ argument }) => argument.options.forceReinstall)) return false;
  return run.frozen.parameters.selective || all.length === 0;
}

/** Should a child of this parent be taken in its newest version? */
export function wantsUpdate(run: Run, parent: Package, pkg: Package): boolean {
  if (run.frozen.excluded.has(pkg) || run.completeMode) return false;
  const all = argumentsFor(run, pkg);
  if (all.length === 0 && !run.frozen.parameters.update) return false;
  const depth = all.some(({ argument }) => argument.options.resetDepth) ? 0 : deeper(parent.depth ?? 0);
  return !isTooDeep(run, depth);
}

/** Notes a visible choice; it takes the place of another one in its slot. */
export function noteVisible(run: Run, pkg: Package): void {
  const key = `${pkg.root.label}|${pkg.qualifiedName}`;
  const list = run.visiblePackages.get(key) ?? [];
  if (list.includes(pkg)) return;
  run.visiblePackages.set(key, [...list.filter((other) => other.cpv !== pkg.cpv && other.slot !== pkg.slot), pkg]);
}
