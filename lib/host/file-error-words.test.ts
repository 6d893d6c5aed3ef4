import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileErrorWords, saysMissing } from './file-error-words';

const folder = mkdtempSync(join(tmpdir(), 'file-errors-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'file'), '');
writeFileSync(join(folder, 'secret'), '');
chmodSync(join(folder, 'secret'), 0);
symlinkSync('circle', join(folder, 'circle'));

const errorOf = (name: string): unknown => {
  try {
    readFileSync(`${folder}/${name}`);
  } catch (error) {
    return error;
  }
  throw new Error('it could be read');
};

it.each([
  ['nowhere', 'is not there'],
  ['file/inside', 'is not there'],
  ['with\0nul', 'is not there'],
  ['circle', 'is a link that leads to itself'],
  ['x'.repeat(300), 'is too long for the name of a file'],
])('is told in plain words: %#', (name, words) => {
  expect(fileErrorWords(errorOf(name))).toBe(words);
  expect(saysMissing(errorOf(name))).toBe(words === 'is not there');
});

it.skipIf(process.getuid?.() === 0)('tells what this user may not read', () => {
  expect(fileErrorWords(errorOf('secret'))).toBe('cannot be read: permission denied');
});

it('has no words for what is not about one file', () => {
  expect(fileErrorWords(errorOf('.'))).toBeNull();
  expect(fileErrorWords(new Error('no code'))).toBeNull();
  expect(fileErrorWords(null)).toBeNull();
});
