import { expect, it } from 'vitest';
import { isMakeWithFifo } from './make-fifo';

// NEWS of GNU make: --jobserver-style=fifo came with 4.4
it.each([
  ['GNU Make 3.82\n', false],
  ['GNU Make 4.3\nBuilt for x86_64-pc-linux-gnu\n', false],
  ['GNU Make 4.4\n', true],
  ['GNU Make 4.4.1\n', true],
  ['GNU Make 4.10\n', true],
  ['GNU Make 5.0\n', true],
  ['bmake: unknown option\n', false],
  ['', false],
])('%j takes tokens from a FIFO: %s', (version, takes) => {
  expect(isMakeWithFifo(version)).toBe(takes);
});
