import type * as FileSystem from 'node:fs';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeGpkg } from './gpkg';
import { mergeImage } from './merge';
import { takeImage } from './take-image';

const calls = vi.hoisted(() => ({ count: 0 }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>();
  const counted = Object.entries(real).map(([name, value]) => {
    if (!/^[a-z]\w+Sync$/.test(name)) return [name, value];
    const call = value as (...args: unknown[]) => unknown;
    return [
      name,
      (...args: unknown[]) => {
        calls.count += 1;
        return call(...args);
      },
    ];
  });
  return Object.fromEntries(counted);
});

let base: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'many-files-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** An image with one new directory of empty files. */
function imageOf(files: number): string {
  const imageDir = mkdtempSync(join(base, 'image-'));
  const folder = join(imageDir, 'opt/demo/share/many');
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < files; index += 1) writeFileSync(join(folder, `f${index}`), '');
  return imageDir;
}

/** Takes, packs and merges an image; answers how often the file system was asked, and the steps of the merge. */
async function work(files: number): Promise<{ readonly asked: number; readonly steps: number }> {
  const imageDir = imageOf(files);
  const target = { root: mkdtempSync(join(base, 'root-')), eprefix: '/opt/demo' };
  calls.count = 0;
  const entries = await takeImage(imageDir, target.eprefix);
  const metadata = new Map([['SLOT', '0']]);
  await writeGpkg(join(base, 'many-1-1.gpkg.tar'), { imageDir, entries, metadata, owners: new Map(), epoch: 0 });
  let steps = 0;
  const outcome = await mergeImage({
    target,
    cpv: 'dev-libs/many-1',
    qualifiedName: 'dev-libs/many',
    slot: '0',
    imageDir,
    entries,
    entryFiles: metadata,
    protection: { protect: [], mask: [] },
    fault: () => {
      steps += 1;
    },
  });
  expect(outcome).toMatchObject({ kind: 'merged', files });
  return { asked: calls.count, steps };
}

describe('a package of many tiny files', () => {
  it('costs one look at each, and not one step of the merge', async () => {
    const [few, many] = [await work(100), await work(2100)];
    expect(many.steps).toBe(few.steps);
    expect((many.asked - few.asked) / 2000).toBeLessThan(1.1);
  });
});
