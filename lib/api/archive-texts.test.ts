import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attributeHeader, padding, type TarMember, tarEnd, tarHeader } from '../host/tar';
import { archiveTexts, isArchiveName } from './archive-texts';

const member = (name: string, text: string, kind: TarMember['kind'] = 'file', target = ''): Buffer => {
  const data = Buffer.from(text);
  const header = { name, kind, mode: 0o644, uid: 0, gid: 0, sizeBytes: data.length, mtime: 0, target };
  return Buffer.concat([tarHeader(header), data, padding(data.length)]);
};

const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([...members, tarEnd]);

const long = `etc/portage/package.use/${'a'.repeat(120)}/x`;
const portage = archive(
  member('./etc/portage/', '', 'dir'),
  member('./etc/portage/make.conf', 'USE="-X"\n'),
  attributeHeader(new Map([['user.x', Buffer.from('1')]])),
  member(long, 'app-misc/jq test\n'),
  member('etc/portage/.git/config', 'hidden'),
  member('etc/portage/make.profile', '', 'symlink', '/var/db/repos/gentoo/profiles'),
  member('etc/portage/package.mask', '', 'symlink', '/etc/shadow'),
  member('etc/../../evil', 'x'),
  member('etc/portage/pipe', '', 'fifo'),
);

describe('an archive of etc/portage', () => {
  it.each([
    ['plain', portage],
    ['packed with gzip', gzipSync(portage)],
  ])('gives its texts and names what it is not read of: %s', async (_, bytes) => {
    expect(await archiveTexts(new Uint8Array(bytes))).toEqual({
      files: [
        { path: 'etc/portage/make.conf', text: 'USE="-X"\n' },
        { path: long, text: 'app-misc/jq test\n' },
      ],
      left: [
        { path: 'etc/portage/package.mask', reason: 'is a link' },
        { path: 'etc/../../evil', reason: 'has `..` in its name' },
        { path: 'etc/portage/pipe', reason: 'is no regular file' },
      ],
    });
  });

  it.each([
    ['is damaged', gzipSync(portage).subarray(0, 90)],
    ['is no tar archive, or damaged', Buffer.from('this is a text '.repeat(100))],
    ['is no tar archive, or damaged', Buffer.alloc(0)],
    ['is packed with xz, which is not unpacked here', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
    ['holds more than 32 MiB, so it is no configuration of Portage', gzipSync(Buffer.alloc(40 << 20))],
    ['holds more than 2000 files', archive(...Array.from({ length: 2001 }, (__, index) => member(`f${index}`, '')))],
  ])('is refused when it %s', async (what, bytes) => {
    const refusal = { code: 'ARCHIVE_UNREADABLE', message: `The archive ${what}.` };
    await expect(archiveTexts(new Uint8Array(bytes))).rejects.toMatchObject(refusal);
  });

  it('is known by its name', () => {
    const names = ['a.tar', 'a.tar.gz', 'a.tgz', 'a.tar.xz', 'a.zip', 'make.conf', 'world', 'package.use.bak'];
    expect(names.map(isArchiveName)).toEqual([true, true, true, true, true, false, false, false]);
  });
});
