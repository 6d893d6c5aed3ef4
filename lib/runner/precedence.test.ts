import { expect, it } from 'vitest';
import { Precedence } from './precedence';

it('lets others pass when nothing urgent is under way any more, whoever ends it how often', async () => {
  const precedence = new Precedence();
  const passed: string[] = [];
  await precedence.gate();
  const [first, second] = [precedence.begin(), precedence.begin()];
  const slow = precedence.gate().then(() => passed.push('slow'));
  first();
  first();
  await Promise.resolve();
  expect(passed).toEqual([]);
  second();
  const third = precedence.begin();
  await Promise.resolve();
  await Promise.resolve();
  // it began before the others had moved on
  expect(passed).toEqual([]);
  third();
  await slow;
  expect(passed).toEqual(['slow']);
});
