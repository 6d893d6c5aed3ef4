import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../../lib/home';

export interface SmallDesign {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

export interface SmallDesignOptions {
  readonly name: string;
  /** folder for the overlay and the design */
  readonly folder: string;
  /** packages in a chain, each with files, folders and links of its own */
  readonly packages: number;
  readonly filesEach: number;
}

/** A design of a few quick packages, so that a whole build with merge, proof and image takes seconds. */
export function writeSmallDesign({ name, folder, packages, filesEach }: SmallDesignOptions): SmallDesign {
  const overlay = join(folder, 'overlay');
  const source = join(programRoot(), 'scripts/drills/hostile-overlay');
  for (const part of ['eclass', 'metadata', 'profiles', 'sys-devel', 'sys-libs']) {
    cpSync(join(source, part), join(overlay, part), { recursive: true });
  }
  writeFileSync(join(overlay, 'profiles/categories'), 'small\nsys-devel\nsys-libs\n');
  for (let number = 1; number <= packages; number += 1) {
    mkdirSync(join(overlay, `small/p${number}`), { recursive: true });
    writeFileSync(join(overlay, `small/p${number}/p${number}-1.ebuild`), ebuild(number, filesEach));
  }
  const text = `${JSON.stringify({
    name,
    board: 'amd64-usr',
    path: `/opt/${name}`,
    packages: [`small/p${packages}`],
    repositories: [{ name: 'hostile', location: overlay }],
  })}\n`;
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return { name, file, text };
}

const ebuild = (number: number, files: number): string => `EAPI=8
inherit hostile
DESCRIPTION="A quick package"
${number > 1 ? `RDEPEND="small/p${number - 1}"\nDEPEND="\${RDEPEND}"` : ''}

src_compile() {
	local count
	for (( count = 0; count < ${files}; count++ )); do
		echo "file \${count} of ${number}" > "file-\${count}" || die
	done
}

src_install() {
	insinto /usr/share/p${number}
	doins file-*
	dodir /usr/share/p${number}/empty
	keepdir /usr/share/p${number}/empty
	dosym file-0 /usr/share/p${number}/link
}
`;
