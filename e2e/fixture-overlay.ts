import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository of a user's own on top of the starter overlay, with programs of a few lines. */
export class FixtureOverlay {
  readonly folder = mkdtempSync(join(tmpdir(), 'prefix-studio-overlay-'));

  constructor(readonly name: string) {
    // ebuilds run as a user who is nobody here, and read their repository
    chmodSync(this.folder, 0o755);
    for (const folder of ['profiles', 'metadata']) mkdirSync(join(this.folder, folder));
    writeFileSync(join(this.folder, 'profiles/repo_name'), `${name}\n`);
    writeFileSync(join(this.folder, 'profiles/categories'), 'app-test\n');
    writeFileSync(join(this.folder, 'metadata/layout.conf'), 'masters = starter\n');
  }

  /**
   * Writes `app-test/NAME-1`; `compile` are the commands that make the program `NAME`, by default one that does nothing,
   * `unpack` those before it.
   */
  ebuild(name: string, { compile = this.compiles(name), depend = '', unpack = ':' } = {}): void {
    mkdirSync(join(this.folder, 'app-test', name, 'files'), { recursive: true });
    writeFileSync(
      join(this.folder, 'app-test', name, `${name}-1.ebuild`),
      `EAPI=8
DESCRIPTION="A program of a few lines"
HOMEPAGE="https://example.org"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"
RDEPEND="${depend}"
DEPEND="\${RDEPEND}"
S="\${WORKDIR}"
src_unpack() {
	${unpack.replaceAll('\n', '\n\t')}
}
src_compile() {
	${compile.replaceAll('\n', '\n\t')}
}
src_install() {
	dobin ${name}
}
`,
    );
  }

  /** Commands that compile a program of this text. */
  compiles(name: string, text = 'int main(void) { return 0; }'): string {
    return `echo '${text}' > ${name}.c\n\${CHOST}-gcc -o ${name} ${name}.c || die "cannot compile ${name}"`;
  }

  /** Puts a file where the ebuild sees it as \`\${FILESDIR}/FILE\`. */
  place(name: string, file: string): void {
    writeFileSync(join(this.folder, 'app-test', name, 'files', file), '');
  }

  design(name: string, packages: readonly string[]): string {
    const lines = packages.map((each) => `  - app-test/${each}\n`).join('');
    return `name: ${name}
board: amd64-usr
path: /opt/${name}
packages:
${lines}repositories:
  - name: ${this.name}
    location: ${this.folder}
`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
