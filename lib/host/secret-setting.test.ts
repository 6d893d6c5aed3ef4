import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { secretSetting } from './secret-setting';

const folder = mkdtempSync(join(tmpdir(), 'prefix-studio-secret-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a secret setting', () => {
  it('is the variable, and nothing when that is empty', () => {
    expect(secretSetting('TOKEN', { TOKEN: 'a' })).toBe('a');
    expect(secretSetting('TOKEN', { TOKEN: '' })).toBeUndefined();
    expect(secretSetting('TOKEN', {})).toBeUndefined();
  });

  it('is what the file says, without the line end, before the variable', () => {
    const file = join(folder, 'token');
    writeFileSync(file, 'from the file\n');
    expect(secretSetting('TOKEN', { TOKEN: 'a', TOKEN_FILE: file })).toBe('from the file');
    writeFileSync(file, '\n');
    expect(secretSetting('TOKEN', { TOKEN_FILE: file })).toBeUndefined();
  });

  it('is refused when the file cannot be read, instead of being none', () => {
    expect(() => secretSetting('TOKEN', { TOKEN_FILE: join(folder, 'none') })).toThrow(/TOKEN_FILE/);
  });
});
