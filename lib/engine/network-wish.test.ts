import { describe, expect, it } from 'vitest';
import { judgeNetwork, networkPhases } from './network-wish';

describe('a package that wants the network', () => {
  const plain = { restrict: [], properties: [], runsTests: true, isAllowed: false };

  it('is refused by name when it fetches its sources itself and the design does not let it', () => {
    expect(() => judgeNetwork('dev-libs/a-9999', { ...plain, properties: ['live'] })).toThrow(
      '`dev-libs/a-9999` fetches its sources while it is built',
    );
  });

  it('is told which line of the design would let it', () => {
    const [notice] = judgeNetwork('dev-libs/a-1', { ...plain, restrict: ['network-sandbox'] });
    expect(notice?.text).toContain('Write `dev-libs/a` into `allow_network`');
  });

  it.each([
    [{ restrict: ['network-sandbox'] }, 1],
    [{ properties: ['test_network'] }, 1],
    [{ properties: ['test_network'], runsTests: false }, 0],
    [{ properties: ['interactive'], restrict: ['strip'] }, 0],
  ])('is built without, and told so where it may matter: %j', (change, notices) => {
    expect(judgeNetwork('dev-libs/a-1', { ...plain, ...change })).toHaveLength(notices);
  });

  it.each([
    [{ properties: ['live'] }, 'its phases unpack'],
    [{ properties: ['live', 'test_network'] }, 'its phases unpack and test'],
    [{ restrict: ['network-sandbox'] }, 'all its phases'],
  ])('has it where the design lets it, and says where: %j', (change, where) => {
    const [notice] = judgeNetwork('dev-libs/a-1', { ...plain, ...change, isAllowed: true });
    expect(notice?.text).toContain(`may reach the internet in ${where}, because`);
  });

  it('gets nothing from a permission that it did not ask for', () => {
    expect(networkPhases({ restrict: ['strip'], properties: ['interactive'] })).toEqual([]);
    expect(judgeNetwork('dev-libs/a-1', { ...plain, isAllowed: true })).toEqual([]);
  });
});
