import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toolchainIdentity } from './toolchain-identity';

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'toolchain-identity-'));
  vi.stubEnv('PATH', `${base}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true });
});

/** A compiler that tells a version, and writes down how often it is asked. */
function compiler(name: string, version: string): void {
  const text = `#!/bin/sh
echo "$1" >> ${base}/asked
case $1 in
-dumpfullversion) echo ${version} ;;
-print-file-name=libc.so.6) echo ${base}/libc ;;
*) echo same ;;
esac
`;
  writeFileSync(join(base, name), text, { mode: 0o755 });
}

const asked = async (name: string): Promise<{ readonly identity: string; readonly isAsked: boolean }> => {
  rmSync(join(base, 'asked'), { force: true });
  const identity = await toolchainIdentity(name);
  const isAsked = existsSync(join(base, 'asked'));
  return { identity, isAsked };
};

describe('what compiles', () => {
  it('is missing rather than nameless when it is not there', async () => {
    await expect(toolchainIdentity('no-such-gcc')).rejects.toMatchObject({ code: 'TOOL_MISSING' });
    await expect(toolchainIdentity(join(base, 'gcc'))).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });

  it('is asked once, and again when compiler or C library are replaced', async () => {
    writeFileSync(join(base, 'libc'), 'one');
    compiler('twice-gcc', '12.2');
    const first = await asked('twice-gcc');
    expect(await asked('twice-gcc')).toEqual({ identity: first.identity, isAsked: false });
    writeFileSync(join(base, 'libc'), 'two, and longer');
    const second = await asked('twice-gcc');
    expect(second.isAsked).toBe(true);
    expect(second.identity).not.toBe(first.identity);
    compiler('twice-gcc', '12.2.1');
    const third = await asked('twice-gcc');
    expect(third.isAsked).toBe(true);
    expect(new Set([first, second, third].map(({ identity }) => identity)).size).toBe(3);
  });
});
