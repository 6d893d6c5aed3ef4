import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Design, formatDesign } from '../design/index';
import type { OpenedDesign } from '../plan/open-design';
import { archiveFolder } from '../plan/tree-archive';
import type { Plan } from '../resolve/plan';

/** What the exported tree and its archive are called. */
export const exportName = (design: Pick<Design, 'name'>): string => `${design.name}-tree`;

/** Packs a folder into a .tar.gz, under one top directory; equal trees are equal archives. */
export async function packFolder(folder: string, top: string, archive: string): Promise<void> {
  await pipeline(archiveFolder(folder, top), createGzip({ level: 9 }), createWriteStream(archive));
}

/** Puts a README and the design beside the exported repositories, so that the folder explains itself. */
export function writeExportNotes({ design, tree }: OpenedDesign, plan: Plan, folder: string): void {
  const name = exportName(design);
  const isFlatcar = tree.kind === 'flatcar';
  const own: Design = isFlatcar ? { ...design, tree: name } : design;
  writeFileSync(join(folder, 'prefix.yaml'), formatDesign(own));
  writeFileSync(join(folder, 'README.md'), readme(name, own, plan, isFlatcar));
}

function readme(name: string, design: Design, plan: Plan, isFlatcar: boolean): string {
  const again = isFlatcar
    ? `tar -xf ${name}.tar.gz
prefix-studio trees add ${name} ./${name}
prefix-studio plan ./${name}/prefix.yaml`
    : `tar -xf ${name}.tar.gz
# in place of overlays/starter of a Prefix Studio checkout, then:
prefix-studio plan ./${name}/prefix.yaml`;
  const repositories =
    design.repositories.length > 0
      ? '\nThe design names repositories of its own: set their `location` in `prefix.yaml` to the folders beside this file.\n'
      : '';
  return `# The tree of the prefix \`${design.name}\`

Only what one plan needs: its ebuilds with eclasses, profiles, licences and Manifests, as repositories under their own
names. Lines about other packages are left out of the profiles.${
    isFlatcar ? ' `host-provides.jsonl` lists what the plan takes from the build host.' : ''
  }

| | |
| --- | --- |
| asked for | ${design.packages.map((atom) => `\`${atom}\``).join(', ')} |
| board | \`${design.board}\` |
| path | \`${design.path}\` |
| packages in the plan | ${plan.packages.length} |
| hash of the plan | \`${plan.hash}\` |

## Plan on it again

\`\`\`sh
${again}
\`\`\`

The plan is the same and has the same hash.
${repositories}`;
}
