import { linkSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentSearch } from './content-search';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'content-search-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A file of this size that holds a text and for which next to nothing is stored. */
function sparse(name: string, bytes: number, text = '#!/x\n'): string {
  writeFileSync(at(name), text);
  truncateSync(at(name), bytes);
  return at(name);
}

describe('looking for texts in the files of a prefix', () => {
  it('finds one between two pieces, with what is behind it', async () => {
    writeFileSync(at('large'), Buffer.concat([Buffer.alloc(4 * MiB - 3), Buffer.from('/build/root/lib\0')]));
    const { hit, head, isTooLarge } = await new ContentSearch(['/build/root']).search(at('large'));
    expect([hit, head.length, isTooLarge]).toEqual(['/build/root/lib', 258, false]);
  });

  it('reads no giant, only its head', async () => {
    const found = await new ContentSearch(['/build']).search(sparse('giant', 90 * GiB, '#!/x /build\n'));
    expect(found).toMatchObject({ hit: null, isTooLarge: true });
    expect(found.head.toString()).toMatch(/^#!\/x \/build\n/);
  });

  it('reads holes of all files together up to a limit, and a file of many names once', async () => {
    const search = new ContentSearch(['/build'], undefined, { fileBytes: 8 * MiB, holeBytes: 10 * MiB });
    const first = sparse('first', 6 * MiB);
    expect((await search.search(first)).isTooLarge).toBe(false);
    expect((await search.search(sparse('second', 6 * MiB))).isTooLarge).toBe(true);
    expect((await search.search(sparse('third', 2 * MiB, '/build/x'))).hit).toBe('/build/x');
    linkSync(at('third'), at('fourth'));
    const fourth = await search.search(at('fourth'));
    expect(await search.search(at('third'))).toBe(fourth);
  });

  it('ends between two pieces when it is cancelled', async () => {
    const controller = new AbortController();
    const searching = new ContentSearch(['/build'], controller.signal).search(sparse('large', 4 * GiB));
    setImmediate(() => controller.abort());
    await expect(searching).rejects.toMatchObject({ name: 'AbortError' });
    await expect(new ContentSearch([], controller.signal).search(at('none'))).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('follows no link', async () => {
    symlinkSync('/etc/passwd', at('link'));
    await expect(new ContentSearch([]).search(at('link'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
