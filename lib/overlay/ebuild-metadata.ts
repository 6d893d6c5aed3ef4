import { join } from 'node:path';
import { openMetadataPhase } from '../engine/metadata';
import type { Cpv } from '../pms';
import type { Repository } from '../repo';
import { OverlayError } from './errors';

/** What an ebuild declares, and the eclasses that it was read with. */
export interface EbuildMetadata {
  readonly keys: Readonly<Record<string, string>>;
  readonly eclasses: readonly { readonly name: string; readonly path: string }[];
}

/**
 * Sources ebuilds of one repository in the sandbox of the metadata phase. Throws EBUILD_UNREADABLE with what the ebuild
 * said.
 */
export async function readMetadata(
  repository: Repository,
  folders: readonly string[],
  cpvs: readonly Cpv[],
): Promise<readonly EbuildMetadata[]> {
  const phase = openMetadataPhase({ repositories: folders, workers: 1 });
  try {
    return await Promise.all(
      cpvs.map(async ({ category, pn, pf, text }) => {
        const path = join(repository.location, category, pn, `${pf}.ebuild`);
        const answer = await phase.read({ path, category, eclassDirs: repository.eclassFolders });
        if (answer.kind === 'ok') return { keys: answer.keys, eclasses: answer.eclasses };
        throw new OverlayError('EBUILD_UNREADABLE', `the ebuild of \`${text}\` cannot be read: ${answer.message}`, {
          hint: 'Correct it in the editor. The line is named if bash knows it.',
          details: { package: text },
        });
      }),
    );
  } finally {
    phase.close();
  }
}
