import { applyEdits, undoneBy } from '../design';
import type { DesignEdit } from '../resolve/plan';
import { editsOfFile, editsOfVariables, type Outside, probe } from './outside-design';

/**
 * What an edit would take back of that which people wrote into `etc/portage` of the roots, as `undoneBy` tells it of the design:
 * phrases such as `` `>=a/b-2` in `etc/portage/package.mask` of staging ``; empty: nothing.
 */
export function undoneByHand({
  design,
  handMade,
}: Pick<Outside, 'design' | 'handMade'>): (edit: DesignEdit) => string[] {
  const { staging, final } = handMade;
  const said = (['staging', 'final'] as const).flatMap((root) => {
    const { files, variables } = handMade[root];
    const isTold = (path: string): boolean => root === 'final' && staging.files.get(path) === final.files.get(path);
    const ofFiles = [...files].flatMap(([path, text]) =>
      isTold(path) ? [] : [{ place: `etc/portage/${path}` as const, edits: editsOfFile(path, text, design) }],
    );
    const ofVariables = { place: 'etc/portage/make.conf', edits: editsOfVariables(variables, design) };
    return [...ofFiles, ofVariables]
      .filter(({ edits }) => edits.length > 0)
      .map(({ place, edits }) => ({ place: `\`${place}\` of ${root}`, wishes: applyEdits(probe, edits) }));
  });
  return (edit) => said.flatMap(({ place, wishes }) => [...undoneBy(wishes, edit, () => place)]);
}
