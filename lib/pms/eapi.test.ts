import { describe, expect, it } from 'vitest';
import { type Eapi, eapi, eapis, isKnownEapi } from './eapi';

const having = (capability: keyof Eapi): string =>
  eapis
    .filter((row) => row[capability] === true)
    .map((row) => row.name)
    .join(' ');

describe('the capability table', () => {
  it.each<[capability: keyof Eapi, names: string, section: string]>([
    ['hasIuseDefaults', '1 2 3 4 5 6 7 8 9', '7.2'],
    ['hasSlotDependencies', '1 2 3 4 5 6 7 8 9', '8.3.3'],
    ['hasUseDependencies', '2 3 4 5 6 7 8 9', '8.3.4'],
    ['hasStrongBlockers', '2 3 4 5 6 7 8 9', '8.3.2'],
    ['hasSrcUriArrows', '2 3 4 5 6 7 8 9', '7.3.2'],
    ['hasPrefix', '3 4 5 6 7 8 9', '11.1.3'],
    ['hasImplicitRdepend', '0 1 2 3', '7.3.7'],
    ['hasUseDepDefaults', '4 5 6 7 8 9', '8.3.4'],
    ['hasRequiredUse', '4 5 6 7 8 9', '7.3.4'],
    ['hasSlotOperators', '5 6 7 8 9', '8.3.3'],
    ['hasSubSlots', '5 6 7 8 9', '8.3.3'],
    ['hasAtMostOneOf', '5 6 7 8 9', '8.2'],
    ['hasProfileIuse', '5 6 7 8 9', '5.3.1'],
    ['hasFailglob', '6 7 8 9', '6'],
    ['hasBdepend', '7 8 9', '8.1'],
    ['hasSysroot', '7 8 9', '11.1'],
    ['hasBroot', '7 8 9', '11.1'],
    ['emptyAnyOfIsFalse', '7 8 9', '8.2.3'],
    ['pathsEndWithSlash', '0 1 2 3 4 5 6', '11.1.4'],
    ['hasPackageProvided', '0 1 2 3 4 5 6', '5.2.9'],
    ['hasIdepend', '8 9', '8.1'],
    ['hasSelectiveUriRestrictions', '8 9', '7.3.2'],
    ['hasUseStable', '9', '5.2.11'],
  ])('%s: EAPI %s (PMS %s)', (capability, names) => {
    expect(having(capability)).toBe(names);
  });

  it('names the bash that ebuilds may expect (PMS 6)', () => {
    expect(eapis.map(({ bash }) => bash).join(' ')).toBe('3.2 3.2 3.2 3.2 3.2 3.2 4.2 4.2 5.0 5.3');
  });

  it('refuses what it does not know', () => {
    expect(isKnownEapi('10')).toBe(false);
    expect(() => eapi('5-progress')).toThrow(/`5-progress` is not known/);
  });
});
