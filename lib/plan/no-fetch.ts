import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEbuilds } from '../engine/ebuild-facts';
import { explainNoFetch } from '../engine/no-fetch';
import { isStudioError } from '../errors';
import type { OpenedDesign } from './open-design';
import type { NeededFile } from './plan-sources';

/** What to download by hand for one package. */
export interface NoFetchAdvice {
  readonly cpv: string;
  readonly files: readonly string[];
  /** complete lines for a person */
  readonly lines: readonly string[];
}

/** Says for files that may not be fetched (RESTRICT=fetch) what the ebuild says, where to look and where to put them. */
export async function noFetchAdvice(
  opened: OpenedDesign,
  files: readonly NeededFile[],
  folder: string,
): Promise<readonly NoFetchAdvice[]> {
  const byPackage = new Map<string, NeededFile[]>();
  for (const needed of files) {
    const cpv = needed.packages[0]?.cpv;
    if (!needed.file.fetchRestricted || cpv === undefined) continue;
    byPackage.set(cpv, [...(byPackage.get(cpv) ?? []), needed]);
  }
  const describe = describeEbuilds(opened.staging, opened.tree.repositories);
  const advice: NoFetchAdvice[] = [];
  for (const [cpv, needed] of byPackage) {
    const pkg = needed[0]?.packages[0];
    if (!pkg) continue;
    const facts = describe(pkg);
    const names = needed.map(({ file }) => file.entry.name);
    const work = await mkdtemp(join(tmpdir(), 'prefix-studio-nofetch-'));
    try {
      const told = await explainNoFetch({
        design: opened.design,
        cpv,
        facts,
        files: needed.map(({ file }) => file),
        work,
        folder,
      }).catch((error: unknown) => {
        if (isStudioError(error)) return [error.message];
        throw error;
      });
      const where = needed.flatMap(({ file }) => [
        `  ${file.entry.name} (${file.entry.sizeBytes} bytes)`,
        ...file.uris.map((uri) => `    ${uri}`),
      ]);
      advice.push({
        cpv,
        files: names,
        lines: [
          `${cpv}: these files may not be fetched automatically (RESTRICT=fetch), get them yourself`,
          ...where,
          ...(facts.metadata.HOMEPAGE ? [`  home page: ${facts.metadata.HOMEPAGE}`] : []),
          ...told.map((line) => `  | ${line}`),
          `  Put them into \`${folder}\`; size and hashes are checked.`,
        ],
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return advice;
}
