import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstBuildNote, prebuiltVariable } from './prebuilt-settings';

let home: string;
const root = process.env.PREFIX_STUDIO_ROOT;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prebuilt-'));
  // a program without packages of its own, as a checkout is
  process.env.PREFIX_STUDIO_ROOT = join(home, 'program');
});
afterEach(() => {
  if (root === undefined) delete process.env.PREFIX_STUDIO_ROOT;
  else process.env.PREFIX_STUDIO_ROOT = root;
  rmSync(home, { recursive: true, force: true });
});

describe('before the first build', () => {
  it('says that everything is compiled, and where prebuilt packages come from', () => {
    expect(firstBuildNote(home, {})).toMatch(/^Nothing is prebuilt here: .* PREFIX_STUDIO_PREBUILT/);
  });

  it('says nothing where a place is named, or the program brought packages', () => {
    expect(firstBuildNote(home, { [prebuiltVariable]: '/srv/prebuilt' })).toBeNull();
    mkdirSync(join(home, 'program/prebuilt'), { recursive: true });
    writeFileSync(join(home, 'program/prebuilt/index.json'), '{}');
    expect(firstBuildNote(home, {})).toBeNull();
  });

  it('says nothing once something was built', () => {
    mkdirSync(join(home, 'shared/pkgs'), { recursive: true });
    expect(firstBuildNote(home, {})).toBeNull();
  });
});
