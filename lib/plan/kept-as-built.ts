import { join } from 'node:path';
import { commandRecord, userHooks } from '../engine/bash-hooks';
import { flagRecordBy } from '../engine/flag-record';
import { ContainedFolder } from '../host/contained-file';
import { recordFile } from '../layout/record-files';
import { type RepositoryCandidate, toolchainRepositoryName } from '../repo';
import type { Plan, PlannedPackage, PlanWarning } from '../resolve/plan';
import type { OpenedDesign } from './open-design';

const shown = 4;
const mostEbuildBytes = 1 << 20;

type Change = 'commands' | 'flags' | 'ebuild';

/** What installed packages were built with that is otherwise now; behind “stay as they were built”. */
const words: Readonly<Record<Change, string>> = {
  commands: ', with other commands or variables than `etc/portage` of staging (`bashrc`, `env`, `package.env`) has now',
  flags: ', with other compiler flags than the configuration has now',
  ebuild: ', from ebuilds that have the same version and another text now',
};

/**
 * Tells which packages of staging stay although commands, compiler flags or the text of the ebuild are others now than when
 * they were built. Portage keeps them too until it is asked.
 */
export function keptAsBuiltWarnings(opened: OpenedDesign, plan: Pick<Plan, 'packages'>): PlanWarning[] {
  const found: Record<Change, PlannedPackage[]> = { commands: [], flags: [], ebuild: [] };
  for (const pkg of plan.packages) {
    const change = changeOf(opened, pkg);
    if (change !== null) found[change].push(pkg);
  }
  return (Object.keys(words) as Change[]).flatMap((change) => {
    const others = found[change];
    const [first] = others;
    if (!first) return [];
    const listed = others.slice(0, shown).map(({ cpv }) => `\`${cpv}\``);
    const more = others.length > shown ? ` and ${others.length - shown} more` : '';
    const verb = others.length === 1 ? 'stays as it was' : 'stay as they were';
    return [
      {
        code: 'KEPT_AS_BUILT',
        message: `${listed.join(', ')}${more} ${verb} built${words[change]}.`,
        hint: `Portage keeps such packages too. To build one again: \`prefix-studio build ${opened.design.name} --rebuild ${first.category}/${first.pn}\`.`,
      },
    ];
  });
}

function changeOf({ staging, names, tree }: OpenedDesign, pkg: PlannedPackage): Change | null {
  const { root, action, category, pn, cpv, slot, repository } = pkg;
  // the tool chain is copied from the machine, not compiled
  if (root !== 'staging' || action !== 'keep' || repository === toolchainRepositoryName) return null;
  const built = staging.installed(`${category}/${pn}`).find((each) => each.cpv === cpv);
  const ebuild = staging
    .candidates(`${category}/${pn}`)
    .find((each) => each.kind === 'ebuild' && each.cpv === cpv && each.repository === repository);
  if (!built || !ebuild) return null;
  const ofPackage = staging.packageVariables(ebuild);
  const commands = commandRecord(userHooks(names.stagingEroot, cpv, slot), ofPackage);
  if (commands !== (built.metadata[recordFile.commands] ?? '')) return 'commands';
  const now = flagRecordBy((name) => ofPackage[name] ?? staging.variable(name));
  if (isOther(built, now)) return 'flags';
  const location = tree.repositories.byName.get(repository)?.location;
  const pf = cpv.slice(category.length + 1);
  const then = textIn(names.stagingEroot, `var/db/pkg/${cpv}/${pf}.ebuild`);
  const text = location === undefined ? null : textIn(location, `${category}/${pn}/${pf}.ebuild`);
  return then !== null && text !== null && essence(then) !== essence(text) ? 'ebuild' : null;
}

/** Packages that were built before flags were recorded tell nothing of them. */
function isOther({ metadata }: RepositoryCandidate, now: string): boolean {
  const then = metadata[recordFile.flags] ?? '';
  return then !== '' && then !== now.replaceAll('\n', ' ');
}

function textIn(folder: string, path: string): string | null {
  const answer = new ContainedFolder(folder).read(join(folder, path), mostEbuildBytes);
  return answer.kind === 'content' ? answer.data.toString('utf8') : null;
}

/** What of an ebuild has a say in what it builds: no comments, and not where it is said to be stable. */
const essence = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('KEYWORDS='))
    .join('\n');
