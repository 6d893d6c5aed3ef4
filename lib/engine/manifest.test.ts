import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestEntry, formatManifest, parseManifest, verifyFile } from './manifest';

// hashes of the three bytes "abc": RFC 7693 appendix A, FIPS 180-4
const blake =
  'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923';
const sha512 =
  'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f';
const line = `DIST abc.tar 3 BLAKE2B ${blake} SHA512 ${sha512}`;

it('reads, writes and verifies entries', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'manifest-'));
  const path = join(directory, 'abc.tar');
  writeFileSync(path, 'abc');
  const entry = await digestEntry('DIST', 'abc.tar', path);
  expect(formatManifest([entry])).toBe(`${line}\n`);
  expect(await verifyFile(path, entry)).toEqual({ kind: 'matches' });
  writeFileSync(path, 'abd');
  expect(await verifyFile(path, entry)).toMatchObject({ kind: 'differs', property: 'BLAKE2B', expected: blake });
  writeFileSync(path, 'abcd');
  expect(await verifyFile(path, entry)).toEqual({ kind: 'differs', property: 'size', expected: '3', actual: '4' });
  expect(await verifyFile(`${path}x`, entry)).toEqual({ kind: 'missing' });
  rmSync(directory, { recursive: true });
});

it('sorts by kind and name and ignores a signature around the entries', () => {
  const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${line.replace('abc.tar', 'b')}\nAUX fix.patch 3 SHA512 ${sha512}\n${line.replace('abc.tar', 'a')}\n-----BEGIN PGP SIGNATURE-----\nxx\n`;
  expect(
    formatManifest(parseManifest(signed))
      .split('\n')
      .map((text) => text.slice(0, 8)),
  ).toEqual(['AUX fix.', 'DIST a 3', 'DIST b 3', '']);
});

it('refuses broken lines and entries without a usable hash', async () => {
  expect(() => parseManifest('DIST abc.tar three')).toThrow('line 1');
  expect(() => parseManifest(`${line}\nDIST x 3 SHA512`)).toThrow('line 2');
  await expect(
    verifyFile(import.meta.filename, {
      kind: 'DIST',
      name: 'x',
      sizeBytes: (await import('node:fs')).statSync(import.meta.filename).size,
      hashes: { MD6: 'x' },
    }),
  ).rejects.toThrow('no usable hash');
});
