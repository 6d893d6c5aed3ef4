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
        { path: 'etc/portage/make.profile', text: '/var/db/repos/gentoo/profiles' },
      ],
      left: [
        { path: 'etc/portage/package.mask', reason: 'is a link' },
        { path: 'etc/../../evil', reason: 'has `..` in its name' },
        { path: 'etc/portage/pipe', reason: 'is not a regular file' },
      ],
    });
  });

  it.each([
    ['is damaged', gzipSync(portage).subarray(0, 90)],
    ['is not a tar or zip archive, or it is damaged', Buffer.from('this is a text '.repeat(100))],
    ['is not a tar or zip archive, or it is damaged', Buffer.alloc(0)],
    ['is not a tar or zip archive, or it is damaged', Buffer.from('PK\x03\x04 and no more')],
    ['is packed with xz, which a browser cannot unpack', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
    ['holds more than 32 MiB, so it is not a configuration of Portage', gzipSync(Buffer.alloc(40 << 20))],
    ['holds more than 2000 files', archive(...Array.from({ length: 2001 }, (__, index) => member(`f${index}`, '')))],
  ])('is refused when it %s', async (what, bytes) => {
    const refusal = { code: 'ARCHIVE_UNREADABLE', message: `The archive ${what}.` };
    await expect(archiveTexts(new Uint8Array(bytes))).rejects.toMatchObject(refusal);
  });

  it('takes a name from its own record of a pax header only', async () => {
    const record = (text: string): string => {
      const length = (digits: number): number => digits + 1 + Buffer.byteLength(text) + 1;
      const own = length(`${length(2)}`.length);
      return `${own} ${text}\n`;
    };
    const header = (text: string): Buffer => {
      const data = Buffer.from(text);
      const carrier = tarHeader({
        name: 'h',
        kind: 'file',
        mode: 0o644,
        uid: 0,
        gid: 0,
        sizeBytes: data.length,
        mtime: 0,
        target: '',
      });
      // the flag of a pax header, and the sum that goes with it
      carrier[156] = 0x78;
      const sum = carrier.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
      carrier.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return Buffer.concat([carrier, data, padding(data.length)]);
    };
    const named = archive(header(record('mtime=1.5') + record('path=etc/portage/world')), member('short', 'a/b\n'));
    const lured = archive(header(record('comment=x\n20 path=/etc/evil\n')), member('world', 'a/b\n'));
    const broken = archive(header('999 path=etc/evil\n'), member('world', 'a/b\n'));
    const namesOf = async (bytes: Buffer) => (await archiveTexts(new Uint8Array(bytes))).files.map(({ path }) => path);
    expect(await namesOf(named)).toEqual(['etc/portage/world']);
    expect(await namesOf(lured)).toEqual(['world']);
    expect(await namesOf(broken)).toEqual(['world']);
  });

  it('is known by its name', () => {
    const names = ['a.tar', 'a.tar.gz', 'a.tgz', 'a.tar.xz', 'a.tbz2', 'a.tzst', 'a.zip', 'a.7z'];
    expect(names.filter((name) => !isArchiveName(name))).toEqual([]);
    expect(['make.conf', 'world', 'package.use.bak'].filter(isArchiveName)).toEqual([]);
  });
});
