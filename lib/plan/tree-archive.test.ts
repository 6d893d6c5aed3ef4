import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTar } from '../layout/tar-reader';
import { archiveFolder } from './tree-archive';

const base = mkdtempSync(join(tmpdir(), 'archive-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

async function bytesOf(folder: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of archiveFolder(folder, 'tree')) pieces.push(piece);
  return Buffer.concat(pieces);
}

function makeTree(name: string, order: readonly string[], time: number): string {
  const folder = join(base, name);
  for (const path of order) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `text of ${path}\n`);
    utimesSync(join(folder, path), time, time);
  }
  chmodSync(join(folder, 'b/run'), 0o755);
  symlinkSync('run', join(folder, 'b/link'));
  return folder;
}

describe('the archive of a folder', () => {
  it('is the same whatever the times and the order in which files were made', async () => {
    const one = makeTree('one', ['a', 'b/run', 'c/d'], 1_000_000_000);
    const two = makeTree('two', ['c/d', 'b/run', 'a'], 1_700_000_000);
    expect((await bytesOf(one)).equals(await bytesOf(two))).toBe(true);
  });

  it('holds files, modes and links in the order of their names', async () => {
    const members = readTar(await bytesOf(join(base, 'one'))) ?? [];
    expect(members.map(({ name, flag }) => [name, flag])).toEqual([
      ['tree/', '5'],
      ['tree/a', '0'],
      ['tree/b/', '5'],
      ['tree/b/link', '2'],
      ['tree/b/run', '0'],
      ['tree/c/', '5'],
      ['tree/c/d', '0'],
    ]);
    expect(members.find(({ name }) => name === 'tree/c/d')?.data.toString()).toBe('text of c/d\n');
  });
});
