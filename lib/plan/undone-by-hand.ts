import { applyEdits, undoneBy } from '../design';
import type { DesignEdit } from '../resolve/plan';
import { handMadeFiles } from './hand-made';
import { editsOfFile, editsOfVariables, type Outside, probe } from './outside-design';

/**
 * What an edit would take back of that which people wrote into `etc/portage` of the roots, as `undoneBy` tells it of the design:
 * phrases such as `` `>=a/b-2` in `etc/portage/package.mask` of staging ``; empty: nothing.
 */
export function undoneByHand({
  design,
  handMade,
}: Pick<Outside, 'design' | 'handMade'>): (edit: DesignEdit) => string[] {
  const files = handMadeFiles(handMade);
  const said = (['staging', 'final'] as const).flatMap((root) =>
    [
      ...files
        .filter(({ place }) => place === root)
        .map(({ path, text }) => ({ path, edits: editsOfFile(path, text, design) })),
      { path: 'make.conf', edits: editsOfVariables(handMade[root].variables, design) },
    ]
      .filter(({ edits }) => edits.length > 0)
      .map(({ path, edits }) => ({ where: `\`etc/portage/${path}\` of ${root}`, wishes: applyEdits(probe, edits) })),
  );
  return (edit) => said.flatMap(({ where, wishes }) => [...undoneBy(wishes, edit, () => where)]);
}
