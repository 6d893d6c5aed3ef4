import { commandRecord, userHooks } from '../engine/bash-hooks';
import { recordFile } from '../layout/record-files';
import { toolchainRepositoryName } from '../repo/package-tree';
import type { Plan, PlanWarning } from '../resolve/plan';
import type { OpenedDesign } from './open-design';

const shown = 4;

/**
 * Tells which packages of staging stay although `etc/portage` has other commands or variables for them now than when they
 * were built. Portage keeps them too until it is asked.
 */
export function keptAsBuiltWarnings(opened: OpenedDesign, plan: Pick<Plan, 'packages'>): PlanWarning[] {
  const { staging, names, design } = opened;
  const others = plan.packages.filter(({ root, action, category, pn, cpv, slot, repository }) => {
    // the tool chain is copied from the machine, not compiled
    if (root !== 'staging' || action !== 'keep' || repository === toolchainRepositoryName) return false;
    const built = staging.installed(`${category}/${pn}`).find((each) => each.cpv === cpv);
    const ebuild = staging.candidates(`${category}/${pn}`).find((each) => each.kind === 'ebuild' && each.cpv === cpv);
    if (!built || !ebuild) return false;
    const now = commandRecord(userHooks(names.stagingEroot, cpv, slot), staging.packageVariables(ebuild));
    return now !== (built.metadata[recordFile.commands] ?? '');
  });
  const [first] = others;
  if (!first) return [];
  const listed = others.slice(0, shown).map(({ cpv }) => `\`${cpv}\``);
  const more = others.length > shown ? ` and ${others.length - shown} more` : '';
  const verb = others.length === 1 ? 'stays as it was' : 'stay as they were';
  return [
    {
      code: 'KEPT_AS_BUILT',
      message: `${listed.join(', ')}${more} ${verb} built, with other commands or variables than \`etc/portage\` of staging (\`bashrc\`, \`env\`, \`package.env\`) has now.`,
      hint: `Portage keeps such packages too. To build one again: \`prefix-studio phase ${design.name} ${first.category}/${first.pn} clean merge\`, then \`prefix-studio build ${design.name}\`.`,
    },
  ];
}
