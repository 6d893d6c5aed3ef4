import { expect, prefixStudio, test } from './fixtures';
import { typeUnderLoad } from './typing';

test.use({ journeys: 'typing' });

test.beforeAll(async ({ studio }) => {
  const text = 'name: typing\nboard: amd64-usr\npath: /opt/typing\npackages:\n  - app-text/tree\n';
  const answer = await fetch(`${studio.url}/api/prefixes`, {
    method: 'POST',
    body: JSON.stringify({ text }),
    headers: { 'content-type': 'application/json', origin: studio.url },
  });
  expect(answer.status).toBe(201);
  expect((await prefixStudio(studio.home, 'list', '--json')).stdout).toContain('typing');
});

const word = 'libcap-ng and some';

for (const [path, role, name] of [
  ['/packages', 'textbox', 'Search packages'],
  ['/help', 'textbox', 'Search the terms'],
  ['/p/typing/files', 'textbox', 'Search files'],
  ['/p/typing/checks', 'textbox', 'SYSROOT what it is linked against'],
  ['/new', 'textbox', 'Name'],
] as const) {
  test(`no letter is lost in “${name}” of ${path} on a slow machine, and the address follows`, async ({
    page,
    studio,
  }) => {
    await page.goto(studio.url + path);
    await typeUnderLoad(page, page.getByRole(role, { name, exact: true }), word);
    // at the end the address has it too, and a reload brings it back
    await expect(page).toHaveURL((url) => decodeURIComponent(url.search.replaceAll('+', ' ')).includes(word));
    await page.reload();
    await expect(page.getByRole(role, { name, exact: true })).toHaveValue(word);
  });
}

test('a link and the Back button change the field of a search', async ({ page, studio }) => {
  await page.goto(`${studio.url}/packages?q=zlib`);
  const field = page.getByRole('textbox', { name: 'Search packages' });
  await expect(field).toHaveValue('zlib');
  await page.getByRole('navigation').getByRole('link', { name: 'Packages' }).first().click();
  await expect(field).toHaveValue('');
  await page.goBack();
  await expect(field).toHaveValue('zlib');
});
