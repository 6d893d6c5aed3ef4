import { Argument, replaceInstalledSet } from './arguments';
import { equivalentEbuild } from './available';
import { wouldRecordTheSame } from './changed-dependencies';
import { matches } from './matching';
import { Package, sameSlot } from './package';
import { forgetPackage } from './remove';
import type { Run } from './run';

/** Would the package be the same as the installed one, and does nobody insist on it? */
function isNeedless(run: Run, pkg: Package, installed: Package): boolean {
  const { options, parameters } = run.frozen;
  if (installed.cpv !== pkg.cpv || run.reinstallNodes.has(pkg)) return false;
  if (options.changedSlot) {
    for (const each of [pkg, installed]) {
      const ebuild = equivalentEbuild(run, each);
      if (ebuild !== null && !sameSlot(ebuild, each)) return false;
    }
  }
  for (const { parent, atom } of run.parentAtoms.get(pkg) ?? []) {
    if (!matches(atom, installed)) return false;
    const insists = parent instanceof Argument && !(parent.type === 'set' && parent.name === replaceInstalledSet);
    if (!parameters.selective && insists) return false;
  }
  if (pkg.isBuilt && !sameLibraries(pkg, installed)) return false;
  return sameSlot(pkg, installed) && wouldRecordTheSame(run, pkg, installed);
}

function sameLibraries(a: Package, b: Package): boolean {
  const text = (pkg: Package): string => [...[...pkg.provides].sort(), '', ...[...pkg.requires].sort()].join(' ');
  return text(a) === text(b);
}

function putBack(run: Run, pkg: Package, installed: Package): void {
  const above = [...(run.parentAtoms.get(pkg) ?? [])].map((pair) => ({
    pair,
    priorities: [...run.graph.priorities(pkg, pair.parent)],
  }));
  const below = run.graph
    .children(pkg)
    .filter((child) => child instanceof Package)
    .map((child) => ({
      child,
      atoms: [...(run.parentAtoms.get(child) ?? [])].filter(({ parent }) => parent === pkg).map(({ atom }) => atom),
      priorities: [...run.graph.priorities(child, pkg)],
    }));
  forgetPackage(run, pkg, false);
  for (const { pair, priorities } of above) {
    run.addParentAtom(installed, pair);
    for (const of of priorities) run.graph.add(installed, pair.parent, of);
  }
  for (const { child, atoms, priorities } of below) {
    for (const atom of atoms) run.addParentAtom(child, { parent: installed, atom });
    for (const of of priorities) run.graph.add(child, installed, of);
  }
}

/** Takes rebuilds for a slot out again that would change nothing. True when there were some. */
export function eliminateRebuilds(run: Run): boolean {
  if (run.frozen.parameters.empty || run.tracker.conflicts().length > 0) return false;
  let modified = false;
  for (const { root, atom } of run.replaceInstalled.values()) {
    for (const pkg of [...run.tracker.match(root, atom, false)]) {
      const installed = run.frozen.installedInSlot(pkg);
      if (installed === null || installed === pkg || !isNeedless(run, pkg, installed)) continue;
      putBack(run, pkg, installed);
      modified = true;
    }
  }
  return modified;
}
