import { describe, expect, it } from 'vitest';
import { statePhrase, stateWords } from './state';

describe('the state vocabulary', () => {
  it('asks for action only where something broke', () => {
    expect(stateWords('failed').actNow).toBe(true);
    expect(stateWords('timed_out').actNow).toBe(true);
    expect(stateWords('skipped').actNow).toBe(false);
    expect(stateWords('blocked').actNow).toBe(false);
  });
  it('names what a package waits for or was skipped for', () => {
    expect(statePhrase('blocked', { by: 'sys-libs/zlib' })).toBe('blocked by sys-libs/zlib');
    expect(statePhrase('skipped', { by: 'sys-libs/ncurses' })).toBe('skipped, needs sys-libs/ncurses');
    expect(statePhrase('skipped', { by: 'sys-libs/ncurses', isUnrelated: true })).toBe('not begun');
    expect(statePhrase('building', { phase: 'compile' })).toBe('building (src_compile)');
    expect(statePhrase('building')).toBe('building');
  });
});
