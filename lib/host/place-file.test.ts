import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { placeCopy } from './place-file';

let base: string;
const inside = (name: string): string => join(base, name);

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'place-file-'));
  writeFileSync(inside('victim'), 'kept');
  writeFileSync(inside('source'), 'new');
  symlinkSync(inside('victim'), inside('link'));
});
afterEach(() => rmSync(base, { recursive: true }));

it('takes the place of a link and is not written through it', async () => {
  await placeCopy(inside('source'), inside('link'));
  expect(lstatSync(inside('link')).isFile()).toBe(true);
  expect([readFileSync(inside('link'), 'utf8'), readFileSync(inside('victim'), 'utf8')]).toEqual(['new', 'kept']);
});

it('takes the place of a pipe, which would keep a writer waiting', async () => {
  execFileSync('mkfifo', [inside('pipe')]);
  await placeCopy(inside('source'), inside('pipe'));
  expect(readFileSync(inside('pipe'), 'utf8')).toBe('new');
});

it('leaves nothing of a copy that is not what it should be', async () => {
  const refuse = () => Promise.reject(new Error('another'));
  await expect(placeCopy(inside('source'), inside('there'), refuse)).rejects.toThrow('another');
  expect(readdirSync(base).sort()).toEqual(['link', 'source', 'victim']);
});
