import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const library = join(import.meta.dirname, 'runtime/lib/version.bash');

// expectations are read off the text of PMS 12.3, "Version manipulation and comparison commands"
const cuts = [
  ['ver_cut 0-1 .1.2.3', '.1', 'a range from zero takes the separator before the first component'],
  ['ver_cut 0 .1.2.3', '', 'a range without any component is empty, separator or not'],
  ['ver_cut 0 1.2.3', '', 'a range without any component is empty'],
  ['ver_cut 2- 1.2.3.', '2.3.', 'a range past the last component takes the suffix behind it'],
  ['ver_cut 2-3 1.2.3.', '2.3', 'a range up to the last component does not'],
  ['ver_cut 4- 1.2.3.', '', 'nor does one that begins behind it have anything'],
  ['ver_cut 1-2 a1b2', 'a1', 'letters and digits meet at an empty separator'],
  ['ver_cut 1 ""', '', 'nothing has no components'],
] as const;
const separators = [
  ['ver_rs 0 - 1.2.3', '1.2.3', 'there is no separator before the first component'],
  ['ver_rs 0 - .1.2.3', '-1.2.3', 'there is one here'],
  ['ver_rs 3 - 1.2.3.', '1.2.3-', 'and one behind the last here'],
  ['ver_rs 1 _ 1b', '1_b', 'an empty separator between components is there'],
  ['ver_rs 2-9 - 1.2.3', '1.2-3', 'a range is cut silently'],
] as const;
// PMS 3.3, algorithms 3.1 to 3.7
const comparisons = [
  ['14.3.1_p20250801', '-gt', '14.3.1'],
  ['14.3.1_p20250801', '-lt', '14.3.1_p20250802'],
  ['1.10', '-gt', '1.9'],
  ['1.01', '-lt', '1.1'],
  ['1.010', '-eq', '1.01'],
  ['1', '-lt', '1.0'],
  ['01', '-eq', '1'],
  ['100000000000000000000', '-gt', '99999999999999999999'],
  ['1.100000000000000000000', '-gt', '1.99999999999999999999'],
  ['1b', '-gt', '1a_p9'],
  ['1_alpha', '-lt', '1_beta'],
  ['1_rc1', '-lt', '1'],
  ['1_p', '-gt', '1'],
  ['1_p1_rc2', '-lt', '1_p1'],
  ['1-r0', '-eq', '1'],
  ['1-r010', '-eq', '1-r10'],
] as const;
const noVersions = ['', '.1', '1..2', '1.', 'a', '1ab', '1_', '1_x', '1_pre-1', '1_p1x', '1-r', '1-rx', '1-1', '1_1'];
const wrongCalls = ['ver_cut x 1.2', 'ver_cut 3-2 1.2.3', 'ver_rs -1 _ 1.2', 'ver_test 1 = 1', 'ver_test 1. -eq 1'];

interface Answer {
  readonly status: number;
  readonly output: string;
}

/** Runs each command in a shell of its own, forked from one that has read the library. */
function answersTo(commands: readonly string[]): ReadonlyMap<string, Answer> {
  const script = `die() { exit 101; }; source "$0"
    for command; do output=$(eval "$command"; status=$?; printf x; exit "$status"); printf '%s\\0%s\\0' "$?" "\${output%x}"; done`;
  const { stdout } = spawnSync('bash', ['-c', script, library, ...commands], { encoding: 'utf8' });
  const parts = stdout.split('\0');
  return new Map(
    commands.map((command, at) => [command, { status: Number(parts[2 * at]), output: parts[2 * at + 1] ?? '' }]),
  );
}

const comparing = (left: string, operator: string, right: string): string => `ver_test ${left} ${operator} ${right}`;
const asks = (text: string): readonly string[] => [
  comparing(`"${text}"`, '-eq', '1'),
  comparing('1', '-eq', `"${text}"`),
];
const answers = answersTo([
  ...cuts.map(([command]) => command),
  ...separators.map(([command]) => command),
  ...comparisons.map(([left, operator, right]) => comparing(left, operator, right)),
  ...noVersions.flatMap(asks),
  ...wrongCalls,
]);

describe('ver_cut', () => {
  it.each(cuts)('%s: %s', (command, output) => {
    expect(answers.get(command)).toEqual({ status: 0, output: `${output}\n` });
  });
});

describe('ver_rs', () => {
  it.each(separators)('%s: %s', (command, output) => {
    expect(answers.get(command)).toEqual({ status: 0, output: `${output}\n` });
  });
});

describe('ver_test', () => {
  it.each(comparisons)('%s %s %s', (left, operator, right) => {
    expect(answers.get(comparing(left, operator, right))?.status).toBe(0);
  });

  it.each(noVersions)('does not take `%s` for a version', (text) => {
    for (const command of asks(text)) expect(answers.get(command)?.status, command).toBe(101);
  });
});

it.each(wrongCalls)('%s ends the build', (command) => {
  expect(answers.get(command)?.status).toBe(101);
});
