import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { archiveTexts } from '../api/archive-texts';
import { findProgram } from '../host/find-program';
import { probeSandbox } from '../host/sandbox-probe';
import { unpackArchive } from './unpack-archive';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

const folder = mkdtempSync(join(tmpdir(), 'unpack-'));
beforeAll(() => {
  mkdirSync(join(folder, 'etc/portage'), { recursive: true });
  writeFileSync(join(folder, 'etc/portage/make.conf'), 'USE="-X"\n');
  writeFileSync(join(folder, 'holes'), Buffer.alloc(40 << 20));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Packs with the tool itself, as people do. */
function packed(tool: string, name = 'etc'): Uint8Array {
  const file = join(folder, `${name}.tar.${tool}`);
  execFileSync('tar', ['-I', tool, '-cf', file, '-C', folder, name]);
  return new Uint8Array(readFileSync(file));
}

describe.skipIf(sandbox.kind === 'unusable')(`an archive that is not packed with gzip${skipped}`, () => {
  describe.each(['xz', 'zstd', 'bzip2', 'lz4'].filter((tool) => findProgram(tool) !== null))('but with %s', (tool) => {
    it('gives its texts', async () => {
      const { files } = await archiveTexts(packed(tool), unpackArchive);
      expect(files).toEqual([{ path: 'etc/portage/make.conf', text: 'USE="-X"\n' }]);
    });

    it('is refused when it is cut off, and when it holds a giant', async () => {
      const bytes = packed(tool);
      await expect(archiveTexts(bytes.subarray(0, bytes.length - 12), unpackArchive)).rejects.toMatchObject({
        message: 'The archive is damaged.',
      });
      await expect(archiveTexts(packed(tool, 'holes'), unpackArchive)).rejects.toMatchObject({
        message: expect.stringContaining('holds more than 32 MiB'),
      });
    });
  });

  it('says which program is missing', async () => {
    vi.stubEnv('PATH', folder);
    await expect(unpackArchive('xz', new Uint8Array())).rejects.toMatchObject({
      code: 'ARCHIVE_UNREADABLE',
      message: expect.stringContaining('there is no `xz` on this machine'),
      hint: expect.stringMatching(/xz/),
    });
    vi.unstubAllEnvs();
  });
});
