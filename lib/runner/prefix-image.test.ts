import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProofCheck } from '../api/events';
import { createPrefix, getRun, openDatabase, type StudioDatabase, updatePrefix } from '../db/index';
import { findImage, readImage } from './prefix-image';
import { appendAsOutsider, recordRun } from './run-requests';

const home = mkdtempSync(join(tmpdir(), 'studio-image-'));
let studio: StudioDatabase;

beforeAll(async () => {
  studio = await openDatabase({ home, url: null });
});

afterAll(async () => {
  await studio.close();
  rmSync(home, { recursive: true });
});

const check = (ok: boolean): ProofCheck => ({
  name: 'needed',
  ok,
  summary: ok ? 'All libraries are inside.' : '2 libraries are missing.',
  findings: [],
});

/** A build that ended, with an image of so many bytes. */
async function built(
  name: string,
  minute: number,
  ok: boolean,
  sizeBytes: number,
  file = `${name}-${minute}.raw`,
): Promise<string> {
  const now = new Date(Date.UTC(2026, 0, 1, 0, minute));
  const text = `name: ${name}\nboard: amd64-usr\npath: /opt/${name}\npackages: [app-text/tree]\n`;
  const { id } = await recordRun(studio, { prefix: { name, text, revision: 1 }, origin: 'web', now });
  const path = join(home, file);
  writeFileSync(path, Buffer.alloc(sizeBytes));
  const image = { path, fileName: `${name}.raw`, sizeBytes, sha256: `${minute}`, format: 'squashfs' as const };
  const state = ok ? ('succeeded' as const) : ('failed' as const);
  for (const event of [
    { kind: 'proof' as const, checks: [check(ok)] },
    { kind: 'image' as const, image },
    { kind: 'done' as const, ok, state, finalRoot: null, image: path, message: state },
  ]) {
    await appendAsOutsider(studio, await getRun(studio, id), now, event);
  }
  return id;
}

describe('the image of a prefix', () => {
  it('is the last one that passed, whatever failed after it', async () => {
    await createPrefix(studio, { name: 'both', text: 'x', now: '2026-01-01' });
    const good = await built('both', 1, true, 10);
    const bad = await built('both', 2, false, 20);
    expect((await findImage(studio, 'both')).run.id).toBe(good);
    expect((await findImage(studio, 'both', { mayHaveFailed: true })).run.id).toBe(bad);
    const better = await built('both', 3, true, 30);
    expect((await findImage(studio, 'both', { mayHaveFailed: true })).run.id).toBe(better);
  });

  it('says that it is not of the newest build, or of an older design', async () => {
    const text = 'name: told\nboard: amd64-usr\npath: /opt/told\npackages: [app-text/tree]\n';
    await createPrefix(studio, { name: 'told', text, now: '2026-01-01' });
    const good = await built('told', 1, true, 10);
    expect((await readImage(studio, 'told')).warnings.join('\n')).not.toContain('build');
    const bad = await built('told', 2, false, 20);
    const [warning] = (await readImage(studio, 'told')).warnings;
    expect(warning).toContain(`later build, \`${bad}\`, failed its proof, so this is the image of build \`${good}\``);
    await updatePrefix(studio, { name: 'told', text: `${text}use: [ssl]\n`, revision: 1, now: '2026-01-02' });
    expect((await readImage(studio, 'told')).warnings.join('\n')).toContain('The design changed since');
    await built('told', 3, true, 30);
    expect((await readImage(studio, 'told')).warnings.join('\n')).not.toContain('later build');
  });

  it('that failed its proof is not given out, and the checks are named', async () => {
    await built('bad', 1, false, 10);
    await expect(findImage(studio, 'bad')).rejects.toMatchObject({
      code: 'PROOF_FAILED',
      message: expect.stringContaining('2 libraries are missing.'),
      details: { checks: ['needed'] },
    });
    expect((await findImage(studio, 'bad', { mayHaveFailed: true })).image.sizeBytes).toBe(10);
  });

  it('is that of the build that was named, or none', async () => {
    const first = await built('older', 1, true, 10);
    const second = await built('older', 2, true, 20);
    expect((await findImage(studio, 'older', { run: first })).image.sizeBytes).toBe(10);
    expect((await findImage(studio, 'older', { run: second })).image.sizeBytes).toBe(20);
    const failed = await built('older', 3, false, 30);
    await expect(findImage(studio, 'older', { run: failed })).rejects.toMatchObject({ code: 'PROOF_FAILED' });
    expect((await findImage(studio, 'older', { run: failed, mayHaveFailed: true })).image.sizeBytes).toBe(30);
    await expect(findImage(studio, 'both', { run: first })).rejects.toMatchObject({ code: 'NOT_BUILT' });
    await expect(findImage(studio, 'older', { run: 'nowhere' })).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('of an earlier build is not the later one that has its file', async () => {
    const first = await built('again', 1, true, 10, 'again.raw');
    const second = await built('again', 2, true, 10, 'again.raw');
    expect((await findImage(studio, 'again', { run: second })).run.id).toBe(second);
    await expect(findImage(studio, 'again', { run: first })).rejects.toMatchObject({
      code: 'IMAGE_REPLACED',
      hint: expect.stringContaining(second),
    });
  });

  it('is not a file that another build has put in its place', async () => {
    await built('other', 1, true, 10);
    writeFileSync(join(home, 'other-1.raw'), Buffer.alloc(11));
    await expect(findImage(studio, 'other')).rejects.toMatchObject({ code: 'NOT_BUILT' });
  });
});
