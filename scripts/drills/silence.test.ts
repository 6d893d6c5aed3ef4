import { expect, it } from 'vitest';
import { longestSilenceMs, silenceFailures, silenceFigures } from './silence';

const silence = {
  asked: 100,
  lost: 0,
  medianMs: 2,
  longestMs: longestSilenceMs + 90,
  idleLongestMs: 20,
  netLongestMs: longestSilenceMs,
};
const row = 'of it not the machine, ms';

it('a silence beyond the goal is missed in a whole drill, and told as not judged in a short one', () => {
  expect(silenceFailures(silence, { short: false })).toEqual([`the server was silent for ${longestSilenceMs} ms`]);
  expect(silenceFigures(silence, { short: false })[row]).toBe(longestSilenceMs);
  expect(silenceFailures(silence, { short: true })).toEqual([]);
  expect(silenceFigures(silence, { short: true })[row]).toMatch(/^200 \(not judged: /);
});
