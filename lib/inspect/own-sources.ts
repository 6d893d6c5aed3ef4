import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import type { ProofCheck } from '../layout/events';
import { recordFile } from '../layout/record-files';
import { vdbEntries, vdbOf } from './vdb-entries';

/** A package that is not as its tree has it. */
export interface OwnSource {
  /** `category/PF` */
  readonly cpv: string;
  /** `your own copy of … at commit …; source differs: …`, `your patches a.patch`, `changed by hand …` */
  readonly told: string;
}

const mostBytes = 1024 * 1024;

/** What the build recorded in the VDB of a root of packages that are not as their tree has them. */
export async function readOwnSources(root: string, eprefix: string): Promise<readonly OwnSource[]> {
  const vdb = vdbOf(root, eprefix);
  const found: OwnSource[] = [];
  for (const cpv of await vdbEntries(vdb)) {
    const words = (name: string): readonly string[] => {
      const answer = readContained(vdb, join(cpv, name), mostBytes);
      return answer.kind === 'content' ? answer.data.toString('utf8').split(/\s+/).filter(Boolean) : [];
    };
    const taken = words(recordFile.taken).slice(1).join(' ');
    const names = (record: string): readonly string[] => words(record).filter((_, at) => at % 2 === 0);
    const patches = names(recordFile.patches);
    const commands = names(recordFile.commands).filter((name) => name !== 'package.env');
    const told = [
      taken,
      patches.length > 0 ? `your patches ${patches.join(', ')}` : '',
      commands.length > 0 ? `built with commands of ${commands.map((name) => `etc/portage/${name}`).join(', ')}` : '',
      names(recordFile.commands).includes('package.env') ? 'built with variables of etc/portage/package.env' : '',
      words(recordFile.byHand).length > 0 ? 'changed by hand in its work folder' : '',
    ].filter((text) => text !== '');
    if (told.length > 0) found.push({ cpv, told: told.join('; ') });
  }
  return found;
}

const nothingOwn = 'Every package is built from its tree as it is.';

/** Says of a prefix which of its packages are not as their tree has them. That is no fault: somebody wanted it so. */
export function checkOwnSources(sources: readonly OwnSource[]): ProofCheck {
  const told = sources.map(({ cpv, told: text }) => `\`${cpv}\`: ${text.replaceAll('`', '')}.`).join(' ');
  return { name: 'own-sources', ok: true, summary: told || nothingOwn, findings: [] };
}

/** For extension-release: what a check said of own sources, as one line; null: there are none, or it was not asked. */
export const ownSourcesLine = (check: Pick<ProofCheck, 'summary'> | undefined): string | null =>
  check === undefined || check.summary === nothingOwn ? null : check.summary.replaceAll('`', '');
