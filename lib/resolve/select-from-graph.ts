import type { Atom } from '../pms';
import { candidatesOf, hasVisibleEbuild, isAcceptable } from './available';
import { choicesFor } from './choices';
import { masksOf } from './masks';
import type { Package, Root } from './package';
import { noSelection, type Run, type SelectAtomsRequest, type SelectedAtoms, type Selection } from './run';
import { selectAtomsWith } from './select-atoms';

/** An installed package that the atom takes; of several the newest that is not masked. */
export function selectInstalled(run: Run, root: Root, atom: Atom): Selection {
  let found = [...candidatesOf(run, root, 'installed', atom)].reverse();
  if (found.length > 1) {
    const keep = (rule: (pkg: Package) => boolean): void => {
      const kept = found.filter(rule);
      if (found.length > 1 && kept.length > 0) found = kept;
    };
    keep((pkg) => isAcceptable(run, pkg));
    keep((pkg) => masksOf(run.frozen, pkg).length === 0);
    keep((pkg) => hasVisibleEbuild(run, pkg));
  }
  const pkg = found[found.length - 1];
  return pkg === undefined ? noSelection : { pkg, existing: run.tracker.existing(pkg) };
}

/** What the graph has for the atom, or else what stays installed. */
export function selectFromGraph(run: Run, root: Root, atom: Atom): Selection {
  const found = run.tracker.match(root, atom);
  if (found.length === 0) return noSelection;
  const inGraph = found.findLast((pkg) => run.graph.has(pkg));
  return inGraph === undefined ? selectInstalled(run, root, atom) : { pkg: inGraph, existing: inGraph };
}

/** Chooses among everything that could be merged. */
export function selectAtomsFromAll(run: Run, request: SelectAtomsRequest): SelectedAtoms {
  const { root } = request;
  return selectAtomsWith(
    run,
    request,
    (atom) => choicesFor(run, root, atom),
    (atom) => run.frozen.installedMatching(root, atom),
  );
}

/** Chooses among what the root will hold. */
export function selectAtomsFromGraph(run: Run, request: SelectAtomsRequest): SelectedAtoms {
  const { root } = request;
  const inGraph = (atom: Atom): readonly Package[] => run.tracker.match(root, atom);
  const isRemoval = run.frozen.parameters.action === 'remove';
  return selectAtomsWith(run, request, isRemoval ? (atom) => choicesFor(run, root, atom) : inGraph, inGraph);
}
