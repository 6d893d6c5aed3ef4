import { describe, expect, it } from 'vitest';
import { count, formatAgo, formatBytes, formatDuration, formatMode } from './format';

describe('figures', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [4400, '4.4 kB'],
    [44_000, '44 kB'],
    [1_250_000, '1.3 MB'],
    [412_000_000, '412 MB'],
    [1_200_000_000, '1.20 GB'],
  ])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [-5, '0 s'],
    [12, '<0.1 s'],
    [400, '0.4 s'],
    [12_300, '12 s'],
    [185_000, '3 min 5 s'],
    [180_000, '3 min'],
    [3_840_000, '1 h 4 min'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [2_000, 'just now'],
    [42_000, '42 s ago'],
    [180_000, '3 min ago'],
    [7_200_000, '2 h ago'],
    [86_400_000, 'yesterday'],
    [-4_000, 'just now'],
  ])('writes %d ms back as %s', (back, text) => expect(formatAgo(1e12 - back, 1e12)).toBe(text));

  it('counts in words', () => {
    expect(count(1, 'package')).toBe('1 package');
    expect(count(1200, 'package')).toBe('1,200 packages');
  });

  it.each([
    [0o755, 'rwxr-xr-x'],
    [0o644, 'rw-r--r--'],
    [0o4755, 'rwsr-xr-x'],
    [0o4644, 'rwSr--r--'],
    [0o1777, 'rwxrwxrwt'],
  ])('writes mode %o as %s', (mode, text) => expect(formatMode(mode)).toBe(text));
});
