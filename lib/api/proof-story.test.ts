import { expect, it } from 'vitest';
import type { ProofCheck } from './events';
import { countChecks, failedChecks, failedStarts, proofHeadline } from './proof-story';

const passed: ProofCheck = { name: 'rpath', ok: true, summary: 'No search path leads outside.', findings: [] };
const skipped: ProofCheck = { name: 'machine', ok: false, skipped: 'no emulator', summary: 'Not run.', findings: [] };
const leak: ProofCheck = { name: 'needed', ok: false, summary: '1 library is missing.', findings: [] };
const start = (command: string, exitCode: number | null, how = `ended with status ${exitCode}`) => ({
  path: '/opt/x/usr/bin/x',
  owner: null,
  detail: `\`${command}\` ${how}`,
  severity: 'leak' as const,
  start: { command, exitCode, how, output: 'usage: x' },
});
const starts = (...findings: readonly ReturnType<typeof start>[]): ProofCheck => ({
  name: 'starts',
  ok: false,
  summary: 'With nothing but the final root, 1 of 3 starts failed.',
  findings,
});
const image = (...findings: readonly ReturnType<typeof start>[]): ProofCheck => ({
  ...starts(...findings),
  name: 'image',
  summary: 'merged over /opt, but it failed.',
});

it('names the command of the design first, and once although two checks tried it', () => {
  const one = start('usr/bin/x --wrong', 1);
  const checks = [passed, leak, skipped, starts(one), image(one)];
  expect(failedChecks(checks).map(({ name }) => name)).toEqual(['starts', 'image', 'needed']);
  expect(failedStarts(checks).map(({ command }) => command)).toEqual(['usr/bin/x --wrong']);
  expect(proofHeadline(checks)).toBe('your command `usr/bin/x --wrong` returned 1, and 2 more checks failed');
});

it.each([
  ['a proof that holds', [passed, skipped], { passed: 1, failed: 0, skipped: 1, others: 0 }],
  ['one that failed', [passed, leak], { passed: 1, failed: 1, skipped: 0, others: 0 }],
  ['two that failed', [leak, leak, skipped], { passed: 0, failed: 2, skipped: 1, others: 1 }],
  // the same command fails in both
  ['a command', [starts(start('x', 1)), image(start('x', 1)), leak], { passed: 0, failed: 3, skipped: 0, others: 2 }],
  ['none', [], { passed: 0, failed: 0, skipped: 0, others: 0 }],
] as const)('counts the checks of %s', (_, checks, counts) => {
  expect(countChecks(checks)).toEqual(counts);
});

it.each([
  [[passed, skipped], null],
  [[leak], '1 library is missing'],
  [[leak, { ...leak, name: 'rpath' as const }], '1 library is missing, and one more check failed'],
  [[starts(start('x', 2))], 'your command `x` returned 2'],
  [[starts(start('x', 2), start('y', 1))], 'your command `x` returned 2, another one failed as well'],
  // 128 and a signal is what a shell makes of it: the signal is what happened
  [[starts(start('x', 139, 'was ended by SIGSEGV'))], 'your command `x` was ended by SIGSEGV'],
  [[starts(start('x', null, 'took longer than 60 s'))], 'your command `x` took longer than 60 s'],
] as const)('tells what the proof failed for: %#', (checks, words) => {
  expect(proofHeadline(checks)).toBe(words);
});
