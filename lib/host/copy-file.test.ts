import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyFileUnless } from './copy-file';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'copy-'));
});
afterEach(() => rmSync(base, { recursive: true }));

it.each([3, 3 << 20])('copies %d bytes with their mode, and over nothing', async (sizeBytes) => {
  const [from, to] = [join(base, 'from'), join(base, 'to')];
  writeFileSync(from, Buffer.alloc(sizeBytes, 'abc'));
  chmodSync(from, 0o4751);
  await copyFileUnless(undefined, from, to);
  expect(readFileSync(to).equals(readFileSync(from))).toBe(true);
  expect(statSync(to).mode & 0o777).toBe(0o751);
  writeFileSync(to, 'other');
  await expect(copyFileUnless(undefined, from, to)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(readFileSync(to, 'utf8')).toBe('other');
});

it('ends when it is cancelled, and leaves nothing', async () => {
  const [from, to] = [join(base, 'from'), join(base, 'to')];
  writeFileSync(from, '');
  truncateSync(from, 2 ** 40);
  const stop = new AbortController();
  const copying = copyFileUnless(stop.signal, from, to);
  setImmediate(() => stop.abort());
  await expect(copying).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(base)).toEqual(['from']);
});
