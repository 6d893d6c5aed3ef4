import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { TokenPipes } from './token-pipe';

const work = mkdtempSync(join(tmpdir(), 'token-pipes-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const folder = join(work, 'spare');
const inodes = (): readonly number[] => readdirSync(folder).map((name) => lstatSync(join(folder, name)).ino);

it('leaves pipes that nobody wanted to the next run, unless something else stands among them', async () => {
  const first = await new TokenPipes(folder).make(join(work, 'one'));
  first.give(2);
  expect(first.drain()).toBe(2);
  first.close();
  const left = inodes();
  expect(left.length).toBeGreaterThan(0);

  const second = await new TokenPipes(folder).make(join(work, 'two'));
  expect(second.drain()).toBe(0);
  expect(left).toContain(lstatSync(join(work, 'two')).ino);
  expect(inodes()).toHaveLength(left.length - 2);
  second.close();

  writeFileSync(join(folder, 'of-somebody'), '');
  const third = await new TokenPipes(folder).make(join(work, 'three'));
  expect(readdirSync(folder)).not.toContain('of-somebody');
  expect(lstatSync(join(work, 'three')).isFIFO()).toBe(true);
  third.close();
});
