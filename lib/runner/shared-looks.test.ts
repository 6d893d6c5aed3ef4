import { describe, expect, it } from 'vitest';
import { SharedLooks } from './shared-looks';

describe('a shared look', () => {
  it('is made once for all who ask while it is fresh, and again for who comes later', async () => {
    let now = 0;
    let made = 0;
    const looks = new SharedLooks(() => now);
    const ask = (key = 'a'): Promise<number> => looks.ask(key, 100, async () => ++made);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    now = 99;
    expect(await ask()).toBe(1);
    expect(await ask('b')).toBe(2);
    now = 100;
    expect(await Promise.all([ask(), ask()])).toEqual([3, 3]);
  });

  it('that failed is made again when it is old', async () => {
    let now = 0;
    const looks = new SharedLooks(() => now);
    await expect(looks.ask('a', 100, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    now = 100;
    expect(await looks.ask('a', 100, async () => 'back')).toBe('back');
  });
});
