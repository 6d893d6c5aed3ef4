import { describe, expect, it } from 'vitest';
import { countsApart, hardLimitIn, processCeiling, sharedCeiling } from './process-limit';

describe('the limit of processes', () => {
  it.each([
    ['4.18.0-553.el8.x86_64', false],
    ['5.4.0-200-generic', false],
    ['5.13.19', false],
    ['5.14.0-503.el9.x86_64', true],
    ['5.15', true],
    ['6.1.0-28-amd64', true],
    ['10.0', true],
  ])('of Linux %s is of each sandbox: %s', (version, apart) => {
    expect(countsApart(version)).toBe(apart);
    expect(processCeiling(40, version)).toBe(apart ? 45 : null);
  });

  it('is never beyond what the user may have', () => {
    const limits = 'Max processes             4096                 8192                 processes \n';
    expect(hardLimitIn(limits)).toBe(8192);
    expect(hardLimitIn(limits.replaceAll(/\d+/g, 'unlimited'))).toBe(Number.POSITIVE_INFINITY);
    expect(sharedCeiling('5.4.0')).toMatch(/^\d+$/);
  });
});
