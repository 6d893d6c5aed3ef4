import { expect, it } from 'vitest';
import { readFiles } from './dropped-files';

it('leaves an archive that a browser cannot unpack with its reason, and reads the others', async () => {
  const packed = new File([new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])], 'portage.tar.xz');
  const { files, left } = await readFiles([packed, new File(['app-misc/jq\n'], 'world')]);
  expect(files).toEqual([{ path: 'world', text: 'app-misc/jq\n' }]);
  expect(left).toEqual([{ from: 'portage.tar.xz', text: 'not read', note: expect.stringContaining('packed with xz') }]);
});
