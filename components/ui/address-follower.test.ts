import { expect, it } from 'vitest';
import { AddressFollower } from './address-follower';

it('takes its own values back in silence, however late they come', () => {
  const follower = new AddressFollower('');
  follower.change('o');
  expect(follower.take()).toBe('o');
  follower.change('op');
  expect(follower.take()).toBe('op');
  expect(follower.arrives('o')).toBe(false);
  follower.change('ope');
  expect(follower.arrives('op')).toBe(false);
  expect(follower.take()).toBe('ope');
  expect(follower.take()).toBeNull();
  expect(follower.arrives('ope')).toBe(false);
});

it('passes over values that the address skipped', () => {
  const follower = new AddressFollower('');
  for (const text of ['a', 'ab', 'abc']) {
    follower.change(text);
    follower.take();
  }
  expect(follower.arrives('abc')).toBe(false);
  // a link leads to what was written before: news by now
  expect(follower.arrives('a')).toBe(true);
});

it('takes over what a link or the Back button put there, and forgets what waits', () => {
  const follower = new AddressFollower('zlib');
  follower.change('zlib-ng');
  expect(follower.arrives('')).toBe(true);
  expect(follower.take()).toBeNull();
});

it('writes nothing that the address has already', () => {
  const follower = new AddressFollower('a');
  follower.change('ab');
  follower.change('a');
  expect(follower.take()).toBeNull();
});
