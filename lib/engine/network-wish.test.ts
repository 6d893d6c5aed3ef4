import { describe, expect, it } from 'vitest';
import { judgeNetwork } from './network-wish';

describe('a package that wants the network', () => {
  const plain = { restrict: [], properties: [], runsTests: true };

  it('is refused by name when it fetches its sources itself', () => {
    expect(() => judgeNetwork('dev-libs/a-9999', { ...plain, properties: ['live'] })).toThrow(
      '`dev-libs/a-9999` fetches its sources while it is built',
    );
  });

  it.each([
    [{ restrict: ['network-sandbox'] }, 1],
    [{ properties: ['test_network'] }, 1],
    [{ properties: ['test_network'], runsTests: false }, 0],
    [{ properties: ['interactive'], restrict: ['strip'] }, 0],
  ])('is built without, and told so where it may matter: %j', (change, notices) => {
    expect(judgeNetwork('dev-libs/a-1', { ...plain, ...change })).toHaveLength(notices);
  });
});
