import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../host/find-program';
import { probeSandbox } from '../../host/sandbox-probe';
import type { ImageEntry } from '../image-tree';
import { unpackForeign } from './foreign-compression';
import { placeholderPath } from './placeholder';

const sandbox = await probeSandbox();
const tools = ['bzip2', 'xz', 'zstd', 'lz4'].filter((tool) => findProgram(tool) !== null);

describe.skipIf(sandbox.kind === 'unusable')('what compressors of others packed', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'foreign-'));
    mkdirSync(join(base, 'image'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const pack = (tool: string, input: string | Buffer): Buffer =>
    execFileSync(tool, ['-c', '-q'], { input, maxBuffer: 1 << 28 });
  const put = (path: string, bytes: Buffer): ImageEntry => {
    writeFileSync(join(base, 'image', path), bytes);
    return { path, kind: 'file', mode: 0o644, sizeBytes: bytes.length, mtime: 0, target: null, inode: '', links: 1 };
  };
  const look = async (entries: readonly ImageEntry[]) => {
    const found = await unpackForeign(join(base, 'image'), entries, '/opt/demo');
    return Object.fromEntries(found.map(({ entry, result }) => [entry.path, result]));
  };

  it.each(tools)('is rewritten where it names the path, many files at once: %s', async (tool) => {
    const entries = ['one', 'two', 'three'].map((name) => put(name, pack(tool, `${name} ${placeholderPath}/etc\n`)));
    const found = await look([...entries, put('other', pack(tool, 'nothing of the path\n'))]);
    expect(Object.keys(found).sort()).toEqual(['one', 'three', 'two']);
    for (const [name, result] of Object.entries(found)) {
      if (result.kind !== 'rewritten') throw new Error(`${name}: ${JSON.stringify(result)}`);
      expect(execFileSync(tool, ['-dc', '-q'], { input: result.bytes }).toString()).toBe(`${name} /opt/demo/etc\n`);
    }
  });

  it.each(tools)('does not keep others from being seen when it is damaged or unpacks to too much: %s', async (tool) => {
    const whole = pack(tool, `text ${placeholderPath}\n`.repeat(2000));
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, 12, 60);
    const found = await look([
      put('damaged', damaged),
      put('large', pack(tool, Buffer.alloc((64 << 20) + 1))),
      put('last', pack(tool, `last ${placeholderPath}/etc\n`)),
    ]);
    expect(found.last?.kind).toBe('rewritten');
    expect(found.large).toEqual({ kind: 'refused', reason: 'is compressed and cannot be looked into' });
  });
});
