import { describe, expect, it } from 'vitest';
import { attachment, isUnchanged, parseRange, rangeHolds } from './byte-range';

describe('a range of 100 bytes', () => {
  it.each<[string | null, unknown]>([
    [null, { kind: 'whole' }],
    ['bytes=0-0', { kind: 'part', first: 0, last: 0 }],
    ['bytes=10-', { kind: 'part', first: 10, last: 99 }],
    ['bytes=90-1000', { kind: 'part', first: 90, last: 99 }],
    ['bytes=-10', { kind: 'part', first: 90, last: 99 }],
    ['bytes=-1000', { kind: 'part', first: 0, last: 99 }],
    ['bytes=-0', { kind: 'outside' }],
    ['bytes=100-', { kind: 'outside' }],
    ['bytes=999999999999999-', { kind: 'outside' }],
    ['bytes=0-99999999999999999999', { kind: 'part', first: 0, last: 99 }],
    [`bytes=-${'9'.repeat(400)}`, { kind: 'part', first: 0, last: 99 }],
    ['bytes=99999999999999999999-', { kind: 'outside' }],
    ['bytes=5-4', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['lines=0-1', { kind: 'whole' }],
    ['bytes=a-b', { kind: 'whole' }],
  ])('of %s is %j', (range, expected) => {
    expect(parseRange(range, 100)).toEqual(expected);
  });

  it('holds for the same file alone', () => {
    expect([
      rangeHolds(null, '"a"'),
      rangeHolds('"a"', '"a"'),
      rangeHolds('"b"', '"a"'),
      rangeHolds('W/"a"', '"a"'),
    ]).toEqual([true, true, false, false]);
    expect([isUnchanged('"x", "a"', '"a"'), isUnchanged('"x"', '"a"'), isUnchanged(null, '"a"')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the name of a download', () => {
  it.each([
    ['demo.raw', 'attachment; filename="demo.raw"'],
    ['a"b\r\nx: y', `attachment; filename="a_b__x__y"; filename*=UTF-8''a%22b%0D%0Ax%3A%20y`],
    ['größe (1).log', `attachment; filename="gr__e__1_.log"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%281%29.log`],
  ])('%j is sent as %s', (name, header) => {
    expect(attachment(name)).toBe(header);
  });
});
