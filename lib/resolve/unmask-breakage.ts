import { candidatesOf, kindsOf } from './available';
import { ignoringUse, matches } from './matching';
import type { Run } from './run';

/** Does a USE dep fail only because a proposed change of USE broke it? Then planning without proposals says more. */
export function brokenByProposals(run: Run): boolean {
  return run.unsatisfiedForDisplay.some(({ root, atom }) => {
    if (atom.useDeps.length === 0) return false;
    for (const kind of kindsOf(run)) {
      if (kind === 'installed') continue;
      for (const pkg of candidatesOf(run, root, kind, ignoringUse(atom))) {
        if (matches(atom, pkg) && !matches(atom, pkg, run.useOf(pkg))) return true;
      }
    }
    return false;
  });
}
