import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, outcomeOf, prefixStudio, test } from './fixtures';

test.use({ journeys: 'failure' });

let overlay = '';

test.beforeAll(() => {
  overlay = mkdtempSync(join(tmpdir(), 'prefix-studio-overlay-'));
  for (const folder of ['profiles', 'metadata', 'app-test/broken'])
    mkdirSync(join(overlay, folder), { recursive: true });
  writeFileSync(join(overlay, 'profiles/repo_name'), 'broken\n');
  writeFileSync(join(overlay, 'profiles/categories'), 'app-test\n');
  writeFileSync(join(overlay, 'metadata/layout.conf'), 'masters = starter\n');
  writeEbuild(`\${CHOST}-gcc -o hello hello.c || die "cannot compile hello"`);
});
test.afterAll(() => rmSync(overlay, { recursive: true, force: true }));

function writeEbuild(compile: string): void {
  writeFileSync(
    join(overlay, 'app-test/broken/broken-1.ebuild'),
    `EAPI=8
DESCRIPTION="A program that does not compile"
HOMEPAGE="https://example.org"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64 arm64"
S="\${WORKDIR}"
src_compile() {
	echo 'int main(void) { return missing; }' > hello.c
	${compile}
}
src_install() {
	dobin hello
}
`,
  );
}

test('a failed build says the first cause on top and resumes at the failed package', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new`);
  const text = `name: broken
board: amd64-usr
path: /opt/broken
packages:
  - app-test/broken
repositories:
  - name: broken
    location: ${overlay}
`;
  const created = await page.request.post(`${studio.url}/api/prefixes`, {
    data: { text },
    headers: { origin: studio.url },
  });
  expect(created.status()).toBe(201);
  await page.goto(`${studio.url}/p/broken`);
  await page
    .getByRole('button', { name: /^Build/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/builds\//);
  expect(await outcomeOf(page)).toMatch(/^Failed/);

  const card = page.getByRole('alert', { name: 'Why the build failed' });
  await expect(card).toContainText('broken');
  await expect(card).toContainText('src_compile');
  await expect(card).toContainText(/error: .?missing.? undeclared/);
  await card.getByRole('button', { name: /Log at line/ }).click();
  await expect(page.getByRole('region', { name: /Log/ }).or(page.getByRole('log')).first()).toContainText('missing');

  writeEbuild(`echo 'int main(void) { return 0; }' > hello.c; \${CHOST}-gcc -o hello hello.c || die`);
  const failed = page.url();
  await page.getByRole('button', { name: 'Resume at the failed package' }).click();
  await page.waitForURL((url) => url.pathname !== new URL(failed).pathname);
  expect(await outcomeOf(page)).toMatch(/^Built 2 and reused|^Built/);
});

test('a design that cannot be planned says why in plain words', async ({ studio }) => {
  const design = join(overlay, 'nothing.yaml');
  writeFileSync(design, 'name: nothing\nboard: amd64-usr\npath: /opt/nothing\npackages: [app-editors/nanoo]\n');
  const planned = await prefixStudio(studio.home, 'plan', design);
  expect(planned.status).toBe(1);
  expect(planned.stdout + planned.stderr).toContain('app-editors/nanoo');
  expect(planned.stdout + planned.stderr).toContain('app-editors/nano');
});
