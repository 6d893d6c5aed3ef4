import type { Page } from '@playwright/test';
import { expect, test } from './parts';

const phone = { width: 360, height: 740 };
const nothingBeside = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

test('words become tokens by keyboard alone', async ({ page, part }) => {
  await part('/tokens');
  const field = page.getByRole('combobox', { name: 'Packages' });
  const held = page.getByRole('status');
  await field.fill('zlib');
  await expect(field).toHaveAttribute('aria-expanded', 'true');
  const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
  await expect(options).toHaveCount(2);
  await field.press('ArrowDown');
  await field.press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toHaveText('sys-libs/zlib-ng');
  await expect(field).toHaveAttribute('aria-activedescendant', (await options.nth(1).getAttribute('id'))!);
  await field.press('Enter');
  await expect(held).toHaveText('sys-libs/zlib-ng');
  await field.pressSequentially('one,two ');
  await expect(held).toHaveText('sys-libs/zlib-ng one two');
  await field.press('Backspace');
  await expect(field).toHaveValue('two');
  await field.fill('');
  await page.getByRole('button', { name: 'Remove sys-libs/zlib-ng' }).press('Enter');
  await expect(held).toHaveText('one');
  await field.fill('tls');
  await field.press('Escape');
  await expect(field).toHaveAttribute('aria-expanded', 'false');
});

test('a token is never there twice, and long ones stay on a phone', async ({ page, part }) => {
  await page.setViewportSize(phone);
  await part('/tokens');
  const field = page.getByRole('combobox', { name: 'Packages' });
  await field.pressSequentially('twice twice ');
  await field.pressSequentially('again again,again ');
  await expect(page.getByRole('status')).toHaveText('twice again');
  const long = `dev-libs/${'long'.repeat(30)}`;
  await field.fill(long);
  await field.press('Enter');
  await expect(page.getByRole('button', { name: `Remove ${long}` })).toBeInViewport();
});

test('a tree of 100,000 folders is walked by keyboard, with few rows in the page', async ({ page, part }) => {
  await part('/tree?size=100000');
  const tree = page.getByRole('treegrid', { name: 'Files' });
  await expect(tree).toHaveAttribute('aria-rowcount', '100002');
  const row = (name: string) => tree.getByRole('row', { name, exact: true });
  await row('folder-0').focus();
  await page.keyboard.press('ArrowRight');
  await expect(row('a-file')).toBeFocused();
  await expect(row('a-file')).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect(row('folder-0')).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('End');
  await expect(row('folder-99999')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('folder-99999');
  await page.keyboard.type('folder-77');
  await expect(row('folder-77')).toBeFocused();
  expect(await tree.getByRole('row').count()).toBeLessThan(100);
});

test('an empty tree takes every key', async ({ page, part }) => {
  await part('/tree?size=0');
  await expect(page.getByRole('treegrid', { name: 'Files' })).toHaveAttribute('aria-rowcount', '0');
  for (const key of ['Tab', 'End', 'ArrowLeft', 'Enter', 'a']) await page.keyboard.press(key);
});

test('the editor leads to the letter of a problem, and Tab leaves it', async ({ page, part }) => {
  await part('/editor');
  const field = page.getByRole('textbox', { name: 'prefix.yaml' });
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  const problems = page.getByRole('list', { name: 'Problems in the text' });
  await problems.getByRole('button', { name: /^Line 2:/ }).press('Enter');
  await expect(field).toBeFocused();
  for (const _ of 'baord') await page.keyboard.press('Delete');
  await page.keyboard.type('board');
  await expect(field).toHaveValue('name: demo\nboard: amd64-usr\n');
  await expect(problems).toHaveCount(0);
  await expect(field).not.toHaveAttribute('aria-invalid');
  await page.keyboard.press('Tab');
  await expect(field).not.toBeFocused();
});

test('a wide graph groups what is many, and opens it', async ({ page, part }) => {
  await part('/graph?size=200');
  const group = page.getByRole('group', { name: /dev-libs, 200 packages in final; opens the group/ });
  await expect(group).toBeVisible();
  await group.click();
  await expect(page.getByRole('status')).toHaveText('group:final|dev-libs');
});

test('a graph stays within a phone', async ({ page, part }) => {
  await page.setViewportSize(phone);
  await part('/graph?size=40');
  await expect(page.getByRole('group', { name: 'app-misc/demo-1 in final, asked for' })).toBeVisible();
  expect(await nothingBeside(page)).toBe(true);
});

const total = 200_000;
const longLog = (page: Page, lines: number) =>
  page.route('**/api/runs/run-1/log?**', async (route) => {
    const asked = new URL(route.request().url()).searchParams;
    const tail = asked.get('tail');
    const count = Math.min(lines, Number(tail ?? asked.get('count')));
    const from = tail === null ? Number(asked.get('from')) : lines - count + 1;
    const held = Array.from(
      { length: Math.max(0, Math.min(count, lines - from + 1)) },
      (_, at) => `text of ${from + at}`,
    );
    await route.fulfill({ json: { id: null, from, lines: held, total: lines } });
  });

test('a log of 200,000 lines shows its end, reaches its start, and draws few', async ({ page, part }) => {
  await page.setViewportSize(phone);
  await part('/log', () => longLog(page, total));
  const lines = page.getByRole('region', { name: 'Lines of demo' });
  await expect(lines.getByText('text of 200000', { exact: true })).toBeVisible();
  await lines.focus();
  await page.keyboard.press('Home');
  await expect(lines.getByText('text of 1', { exact: true })).toBeVisible();
  expect(await lines.getByRole('button').count()).toBeLessThan(150);
  await lines.getByRole('button', { name: 'Line 3, address of this line' }).click();
  await expect(page).toHaveURL(/[?]line=3$/);
  expect(await nothingBeside(page)).toBe(true);
});

test('a log opens at the line of its address, and f follows again', async ({ page, part }) => {
  await part('/log?line=123456', () => longLog(page, total));
  const follow = page.getByRole('button', { name: 'Follow' });
  await expect(page.getByText('text of 123456', { exact: true })).toBeInViewport();
  await expect(follow).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('f');
  await expect(follow).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('text of 200000', { exact: true })).toBeInViewport();
});

test('an empty log says that nothing was written', async ({ page, part }) => {
  await part('/log', () => longLog(page, 0));
  await expect(page.getByText('Nothing was written.')).toBeVisible();
});
