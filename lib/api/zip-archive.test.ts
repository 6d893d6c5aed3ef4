import { describe, expect, it } from 'vitest';
import { archiveTexts } from './archive-texts';
import { readZip } from './zip-archive';

/** Made by zipfile of Python: a folder, a file as it is, a deflated one and a link. */
const made = Buffer.from(
  'UEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAAMAAAAZXRjL3BvcnRhZ2UvUEsDBBQAAAAAAAAAIVyucSNnCQAAAAkAAAAVAAAAZXRjL3BvcnRhZ2' +
    'UvbWFrZS5jb25mVVNFPSItWCIKUEsDBBQAAAAIAAAAIVwqz8XVGAAAAFQBAAAZAAAAZXRjL3BvcnRhZ2UvcGFja2FnZS51c2UveEssKNDNzSxO' +
    '1s8qVChJLS7hShwVoFQAAFBLAwQUAAAAAAAAACFcs1pHRwsAAAALAAAAGAAAAGV0Yy9wb3J0YWdlL3BhY2thZ2UubWFzay9ldGMvc2hhZG93UE' +
    'sBAhQDFAAAAAAAAAAhXAAAAAAAAAAAAAAAAAwAAAAAAAAAAAAAAO1BAAAAAGV0Yy9wb3J0YWdlL1BLAQIUAxQAAAAAAAAAIVyucSNnCQAAAAkA' +
    'AAAVAAAAAAAAAAAAAACkgSoAAABldGMvcG9ydGFnZS9tYWtlLmNvbmZQSwECFAMUAAAACAAAACFcKs/F1RgAAABUAQAAGQAAAAAAAAAAAAAApI' +
    'FmAAAAZXRjL3BvcnRhZ2UvcGFja2FnZS51c2UveFBLAQIUAxQAAAAAAAAAIVyzWkdHCwAAAAsAAAAYAAAAAAAAAAAAAAD/obUAAABldGMvcG9y' +
    'dGFnZS9wYWNrYWdlLm1hc2tQSwUGAAAAAAQABAAKAQAA9gAAAAAA',
  'base64',
);

const texts = (bytes: Buffer) => archiveTexts(new Uint8Array(bytes));
const mask = { path: 'etc/portage/package.mask', reason: 'is a link' };

/** The archive with other bytes in some places. */
function spoiled(...places: readonly (readonly [at: number, byte: number])[]): Buffer {
  const copy = Buffer.from(made);
  for (const [at, byte] of places) copy[at < 0 ? copy.length + at : at] = byte;
  return copy;
}

describe('a zip archive', () => {
  it('gives its texts, and names what is not read of it', async () => {
    expect(await texts(made)).toEqual({
      files: [
        { path: 'etc/portage/make.conf', text: 'USE="-X"\n' },
        { path: 'etc/portage/package.use/x', text: 'app-misc/jq test\n'.repeat(20) },
      ],
      left: [mask],
    });
  });

  it('may stand anywhere in a larger buffer', async () => {
    const bytes = new Uint8Array([0, 0, 0, ...made]).subarray(3);
    expect((await archiveTexts(bytes)).files).toHaveLength(2);
  });

  it('with a comment is read like one without', async () => {
    const comment = Buffer.from('made by hand');
    const copy = Buffer.concat([made, comment]);
    copy.writeUInt16LE(comment.length, made.length - 2);
    expect((await texts(copy)).files).toHaveLength(2);
  });

  it('leaves a member whose bytes do not fit its checksum, and one that says less than it holds', async () => {
    const at = made.indexOf('USE="-X"');
    expect((await texts(spoiled([at, 0x41]))).left).toEqual([
      { path: 'etc/portage/make.conf', reason: 'is damaged, encrypted, or packed in an unusual way' },
      mask,
    ]);
    const entry = made.lastIndexOf('etc/portage/package.use/x') - 46;
    const lying = spoiled([entry + 24, 5], [entry + 25, 0]);
    expect((await texts(lying)).left.map(({ path }) => path)).toContain('etc/portage/package.use/x');
  });

  it.each([
    ['is cut off', made.subarray(0, made.length - 40)],
    ['says that its list begins elsewhere', spoiled([-6, 0xff], [-5, 0xff], [-4, 0xff], [-3, 0x7f])],
    ['says that it has more members', spoiled([-12, 9])],
  ])('is none when it %s', (_, bytes) => {
    expect(readZip(new Uint8Array(bytes))).toBeNull();
  });
});
