import { expect, it } from 'vitest';
import { LogBuffer } from './log-buffer';

it('knows which lines it still has to ask for', () => {
  const buffer = new LogBuffer();
  buffer.addRange({ id: null, from: 91, lines: Array.from({ length: 10 }, (_, at) => `${at}`), total: 100 });
  expect(buffer.total).toBe(100);
  expect(buffer.missing(95, 100, 50)).toBeNull();
  expect(buffer.missing(80, 95, 50)).toEqual({ from: 80, count: 11 });
  expect(buffer.missing(1, 20, 50)).toEqual({ from: 1, count: 50 });
});

it('grows with the stream, takes overlaps once and never shrinks', () => {
  const buffer = new LogBuffer();
  expect(buffer.add(1, ['a', 'b'])).toBe(true);
  expect(buffer.add(1, ['a', 'b'])).toBe(false);
  expect(buffer.add(2, ['b', 'c'])).toBe(true);
  expect([buffer.total, buffer.line(3), buffer.line(4)]).toEqual([3, 'c', undefined]);
});
