import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readPieces } from './file-pieces';

const folder = mkdtempSync(join(tmpdir(), 'file-pieces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function piecesOf(path: string, part?: Parameters<typeof readPieces>[2]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const count = await readPieces(path, (piece) => void pieces.push(Buffer.from(piece)), part);
  const data = Buffer.concat(pieces);
  expect(count).toBe(data.length);
  return data;
}

it.each([0, 1, 5000, (1 << 20) + 7])('reads a file of %d bytes whole, and in part', async (sizeBytes) => {
  const path = join(folder, `${sizeBytes}`);
  const data = Buffer.from(Array.from({ length: sizeBytes }, (_, at) => at % 251));
  writeFileSync(path, data);
  expect(data.equals(await piecesOf(path))).toBe(true);
  const part = { offset: Math.floor(sizeBytes / 3), sizeBytes: Math.floor(sizeBytes / 2) };
  expect(data.subarray(part.offset, part.offset + part.sizeBytes).equals(await piecesOf(path, part))).toBe(true);
});

it('gives what there is of a part that goes beyond the end', async () => {
  const path = join(folder, 'short');
  writeFileSync(path, 'abc');
  expect((await piecesOf(path, { offset: 1, sizeBytes: 10 })).toString()).toBe('bc');
});
