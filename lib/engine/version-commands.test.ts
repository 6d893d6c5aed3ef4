import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const library = join(import.meta.dirname, 'runtime/lib/version.bash');

const call = (command: string): { status: number | null; output: string } => {
  const { status, stdout } = spawnSync('bash', ['-c', `die() { exit 101; }; source "$0"; ${command}`, library], {
    encoding: 'utf8',
  });
  return { status, output: stdout };
};

// expectations are read off the text of PMS 12.3, "Version manipulation and comparison commands"
describe('ver_cut', () => {
  it.each([
    ['ver_cut 0-1 .1.2.3', '.1', 'a range from zero takes the separator before the first component'],
    ['ver_cut 0 .1.2.3', '', 'a range without any component is empty, separator or not'],
    ['ver_cut 0 1.2.3', '', 'a range without any component is empty'],
    ['ver_cut 2- 1.2.3.', '2.3.', 'a range past the last component takes the suffix behind it'],
    ['ver_cut 2-3 1.2.3.', '2.3', 'a range up to the last component does not'],
    ['ver_cut 4- 1.2.3.', '', 'nor does one that begins behind it have anything'],
    ['ver_cut 1-2 a1b2', 'a1', 'letters and digits meet at an empty separator'],
    ['ver_cut 1 ""', '', 'nothing has no components'],
  ])('%s: %s', (command, output) => {
    expect(call(command)).toEqual({ status: 0, output: `${output}\n` });
  });
});

describe('ver_rs', () => {
  it.each([
    ['ver_rs 0 - 1.2.3', '1.2.3', 'there is no separator before the first component'],
    ['ver_rs 0 - .1.2.3', '-1.2.3', 'there is one here'],
    ['ver_rs 3 - 1.2.3.', '1.2.3-', 'and one behind the last here'],
    ['ver_rs 1 _ 1b', '1_b', 'an empty separator between components is there'],
    ['ver_rs 2-9 - 1.2.3', '1.2-3', 'a range is cut silently'],
  ])('%s: %s', (command, output) => {
    expect(call(command)).toEqual({ status: 0, output: `${output}\n` });
  });
});

// PMS 3.3, algorithms 3.1 to 3.7
describe('ver_test', () => {
  it.each([
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
  ])('%s %s %s', (left, operator, right) => {
    expect(call(`ver_test ${left} ${operator} ${right}`).status).toBe(0);
  });

  it.each(['', '.1', '1..2', '1.', 'a', '1ab', '1_', '1_x', '1_pre-1', '1_p1x', '1-r', '1-rx', '1-1', '1_1'])(
    'does not take `%s` for a version',
    (text) => {
      expect(call(`ver_test "${text}" -eq 1`).status).toBe(101);
      expect(call(`ver_test 1 -eq "${text}"`).status).toBe(101);
    },
  );
});

it.each(['ver_cut x 1.2', 'ver_cut 3-2 1.2.3', 'ver_rs -1 _ 1.2', 'ver_test 1 = 1', 'ver_test 1. -eq 1'])(
  '%s ends the build',
  (command) => {
    expect(call(command).status).toBe(101);
  },
);
