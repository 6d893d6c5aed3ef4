import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownerBesidesRoot } from './folder-of-another';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'folder-of-another-'));
});
afterEach(() => rmSync(base, { recursive: true }));

describe.skipIf(process.getuid?.() !== 0)('the owner of a folder that root works in', () => {
  it('is told when it is somebody else, for what is not there yet too', () => {
    chownSync(base, 54321, 54321);
    expect(ownerBesidesRoot(base)).toBe('user 54321');
    expect(ownerBesidesRoot(join(base, 'share/prefix-studio'))).toBe('user 54321');
  });

  it('is of no matter when it is root, when the folder is for all, and to anybody else', () => {
    expect(ownerBesidesRoot(join(base, 'new'))).toBeNull();
    const open = join(base, 'open');
    mkdirSync(open);
    chownSync(open, 54321, 54321);
    chmodSync(open, 0o1777);
    expect(ownerBesidesRoot(join(open, 'new'))).toBeNull();
    chownSync(base, 54321, 54321);
    expect(ownerBesidesRoot(base, 1000)).toBeNull();
  });
});
