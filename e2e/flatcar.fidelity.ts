import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, prefixStudio, test } from './fixtures';
import { costOfLetters, typeUnderLoad } from './typing';

const overlays = join(process.env.PREFIX_STUDIO_FIDELITY_DATA ?? '', 'flatcar');

test.use({ journeys: 'flatcar' });
// each goes on where the one before ended
test.describe.configure({ mode: 'serial' });

test('a checkout of Flatcar is added as a tree, and a wrong folder says why not', async ({ page, studio }) => {
  await page.goto(`${studio.url}/packages`);
  const form = page.getByRole('form', { name: 'Add a tree' });
  const trees = page.getByRole('region', { name: 'Trees' });
  const place = form.getByRole('textbox', { name: 'Checkout of flatcar/scripts' });
  await place.fill(studio.home);
  await form.getByRole('button', { name: 'Add tree' }).click();
  await expect(form).toContainText('holds no Flatcar overlays');

  await place.fill(overlays);
  await form.getByRole('button', { name: 'Add tree' }).click();
  await expect(trees.getByRole('listitem').filter({ hasText: overlays })).toContainText(
    /flatcar \d+ packages, \d+ ebuilds in portage-stable, coreos-overlay, prefix/,
    { timeout: 120_000 },
  );
});

test('packages are found while typing, on a slow machine too, and a letter costs little', async ({ page, studio }) => {
  await page.goto(`${studio.url}/packages?tree=flatcar`);
  const field = page.getByRole('textbox', { name: 'Search packages' });
  await expect(page.getByRole('list', { name: 'Packages' })).toBeVisible();
  await typeUnderLoad(page, field, 'sys-libs/libcap-ng');
  await expect(page.getByText(/^1 package of \d+ match/)).toBeVisible();
  const costs = await costOfLetters(page, field, 'network dns tools');
  expect(Math.max(...costs), `milliseconds for each letter: ${costs.map(Math.round).join(' ')}`).toBeLessThanOrEqual(
    50,
  );
});

test('curl cannot be planned, the story says why, and the fix makes it plannable', async ({ page, studio }) => {
  await page.goto(`${studio.url}/new`);
  await page.getByRole('combobox', { name: 'Package tree' }).selectOption('flatcar');
  await page.getByRole('textbox', { name: 'Name' }).fill('curl');
  await page.getByRole('textbox', { name: /^Path on the target/ }).fill('/opt/curl');
  const packages = page.getByRole('combobox', { name: 'Packages' });
  await packages.fill('net-misc/curl');
  await packages.press('Enter');

  const story = page.getByRole('region', { name: 'Why there is no plan' });
  await expect(story).toContainText('net-misc/curl', { timeout: 120_000 });
  await expect(story.getByRole('list', { name: 'How it came to this' })).toContainText('http3');
  await story.getByRole('button', { name: /without http3 and quic/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('-http3');
  await dialog.getByRole('button', { name: 'Change the design' }).click();
  await expect(story).toBeHidden();
  await expect(page.getByText(/\d+ in staging \(\d+ to build\), \d+ ship in final/)).toBeVisible();
  // the overlays are metadata alone: told before it is tried, package by package
  await expect(page.getByRole('note').filter({ hasText: 'It cannot be built here' })).toBeVisible();
  await page.getByRole('button', { name: 'Build: what is missing' }).click();
  const lacking = page.getByRole('dialog', { name: 'It cannot be built here yet' });
  await expect(lacking.getByRole('list', { name: 'Packages that cannot be built here' })).toContainText(
    'net-misc/curl',
  );
  await lacking.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Save without building' }).click();
  await expect(page).toHaveURL(/\/p\/curl$/);
});

test('Python quietly falls back to 2.7, which is told, and one click gives 3.12', async ({ page, studio }) => {
  const text =
    'name: python\npath: /opt/python\nboard: amd64-usr\ntree: flatcar\ntoolchain: sdk\npackages: [dev-lang/python]\n';
  await page.goto(`${studio.url}/new?draft=${encodeURIComponent(text)}`);
  const warnings = page.getByRole('list', { name: 'Worth knowing' });
  await expect(warnings).toContainText(/dev-lang\/python is planned as 2\.7\.\S+, although 3\.14\S+ is the newest/, {
    timeout: 120_000,
  });
  await warnings.getByRole('button', { name: 'Use Python 3.12' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('PYTHON_TARGETS: python3_12');
  await dialog.getByRole('button', { name: 'Change the design' }).click();
  await expect(warnings).toBeHidden();
  await expect(page.getByText(/dev-lang\/python-3\.12|python 3\.12/).first()).toBeVisible();
});

test('the plan is drawn, whole and in parts, and each package says why it is there', async ({ page, studio }) => {
  await page.goto(`${studio.url}/p/curl/graph`);
  await page.getByRole('group', { name: /net-dns\/libidn2-[\d.]+ in staging/ }).click();
  const panel = page.getByRole('complementary', { name: /^Package net-dns\/libidn2/ });
  await expect(panel.getByRole('region', { name: 'Why it is here' })).toContainText(/asks for/);
  await page.getByRole('radio', { name: 'Around it' }).click();
  await expect(page.getByRole('group', { name: /net-misc\/curl-\S+ in staging/ })).toBeVisible();
  await page.getByRole('radio', { name: 'Whole' }).click();
  await expect(page.getByRole('img', { name: /^The whole graph: \d+ packages and \d+ dependencies/ })).toBeVisible();
  await page.getByRole('radio', { name: 'Table' }).click();
  await expect(page.getByRole('table', { name: 'Packages of the plan' })).toContainText('libidn2');
});

test('emerge can be asked, or it is said where it can', async ({ page, studio }) => {
  await page.goto(`${studio.url}/p/curl/graph`);
  await page.getByRole('button', { name: 'Verify with emerge' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verify with emerge' });
  await expect(dialog).toContainText('prefix-studio plan curl --verify');
  await expect(dialog).toContainText(/There is no `?emerge|Portage here/);
});

test('the minimal tree is downloaded, and planning on it gives the same hash', async ({ page, studio }, info) => {
  await page.goto(`${studio.url}/p/curl/graph`);
  await page.getByRole('button', { name: 'Export minimal tree' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export minimal tree' });
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download curl-tree.tar.gz' }).click();
  const hash = /hash ([0-9a-f]{64})/.exec((await dialog.textContent()) ?? '')?.[1];
  expect(hash).toBeDefined();
  const file = info.outputPath('curl-tree.tar.gz');
  await (await downloading).saveAs(file);

  const again = await page.request.get(`${studio.url}/api/prefixes/curl/export/download`);
  expect((await again.body()).equals(readFileSync(file))).toBe(true);

  const folder = mkdtempSync(join(tmpdir(), 'prefix-studio-tree-'));
  execFileSync('tar', ['-xzf', file, '-C', folder]);
  const tree = join(folder, 'curl-tree');
  expect(readFileSync(join(tree, 'README.md'), 'utf8')).toContain(hash);
  expect((await prefixStudio(studio.home, 'trees', 'add', 'curl-tree', tree)).status).toBe(0);
  const text = readFileSync(join(tree, 'prefix.yaml'), 'utf8');
  expect(text).toContain('tree: curl-tree');
  const answer = await page.request.post(`${studio.url}/api/plan`, { data: { text }, headers: { origin: studio.url } });
  expect(await answer.json()).toMatchObject({ result: { kind: 'planned', plan: { hash } } });
  rmSync(folder, { recursive: true });
});
