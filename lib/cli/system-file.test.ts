import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from './command';
import { readSystem } from './system-file';

const folder = mkdtempSync(join(tmpdir(), 'studio-system-'));
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  mkdirSync(at('folder'));
  symlinkSync('/dev/zero', at('device'));
  writeFileSync(at('large'), 'x'.repeat(2 ** 16 + 1));
  writeFileSync(at('other'), 'NAME=Odd\n');
  writeFileSync(at('release'), 'ID=flatcar\nVERSION_ID=4230.2.1\n');
  symlinkSync('release', at('link'));
  mkdirSync(at('root/etc'), { recursive: true });
  mkdirSync(at('root/usr/lib'), { recursive: true });
  symlinkSync('../usr/lib/os-release', at('root/etc/os-release'));
  writeFileSync(at('root/usr/lib/os-release'), 'ID=arch\nPRETTY_NAME="Arch Linux"\n');
  mkdirSync(at('lured/etc'), { recursive: true });
  symlinkSync('/etc/hostname', at('lured/etc/os-release'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the system of an os-release file', () => {
  it.skipIf(!existsSync('/etc/os-release'))('has the processor of this machine where it is its own', async () => {
    const architecture = { x64: 'x86-64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
    for (const own of ['/etc/os-release', '/']) {
      expect((await readSystem(own)).release.ARCHITECTURE).toBe(architecture);
    }
    expect((await readSystem(at('link'))).release.ARCHITECTURE).toBeUndefined();
  });

  it('has the keys of the file, wherever a link leads', async () => {
    expect(await readSystem(at('link'))).toEqual({
      id: at('link'),
      name: 'flatcar 4230.2.1',
      asOf: null,
      source: at('link'),
      release: { ID: 'flatcar', VERSION_ID: '4230.2.1' },
    });
  });

  it.each(['root', 'root/usr'])('is found in a mounted system: %s', async (place) => {
    expect(await readSystem(at(place))).toMatchObject({
      name: 'Arch Linux',
      source: at(place),
      release: { ID: 'arch' },
    });
  });

  it.each([
    ['folder', /^The folder `.*folder` is not the root of a system: it has no etc\/os-release\./],
    ['lured', /os-release` is a link, or below a link, that leads out of/],
    ['device', /is a device, not a copy/],
    ['nowhere', /^There is no file/],
    ['large', /is larger than 64 KiB, so it is not a copy of .* mount it and name the folder\.$/],
    ['other', /has no line `ID=`/],
  ])('is refused in plain words: %s', async (name, words) => {
    const error = await readSystem(at(name)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(words);
  });
});
