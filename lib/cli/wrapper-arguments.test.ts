import { describe, expect, it } from 'vitest';
import { readWrapperArguments } from './wrapper-arguments';

describe('arguments of emerge-prefix-NAME-BOARD', () => {
  it.each([
    [['app-misc/jq'], { action: 'merge', atoms: ['app-misc/jq'], stages: 'both', isOneshot: false }],
    [['--stage', 'jq'], { stages: 'staging' }],
    [['-av1', 'jq'], { asksFirst: true, isOneshot: true, atoms: ['jq'] }],
    [['-uDN', '@world'], { action: 'merge', atoms: ['@world'] }],
    [['-avuDN', '--with-bdeps=y', '@world'], { asksFirst: true, atoms: ['@world'] }],
    [['--with-bdeps', 'y', '@world'], { atoms: ['@world'] }],
    [['-j4', 'jq'], { jobs: 4 }],
    [['-j', '4', 'jq'], { jobs: 4, atoms: ['jq'] }],
    [['-j', 'jq'], { jobs: undefined, atoms: ['jq'] }],
    [['--jobs=2', '--load-average=3.5', 'jq'], { jobs: 2, loadAverage: 3.5 }],
    [['--deep=3', '-p', 'jq'], { isPretend: true }],
    [['--select=n', 'jq'], { isOneshot: true }],
    [['--ask=n', 'jq'], { asksFirst: false }],
    [['-K', 'jq'], { onlyBinaries: true }],
    [['--quiet-build=y', '--backtrack=30', '--color', 'n', '--verbose-conflicts', 'jq'], { atoms: ['jq'] }],
    [['--depclean'], { action: 'depclean', atoms: [] }],
    [['-pc', 'jq'], { action: 'depclean', isPretend: true }],
    [['--depclean', '--deselect=n'], { action: 'depclean' }],
    [['-C', 'jq'], { action: 'unmerge' }],
    [['-W', 'jq'], { action: 'deselect', stages: 'both' }],
    [['--stage', '-W', 'jq'], { action: 'deselect', stages: 'staging' }],
    [['--info'], { action: 'info' }],
    [['--help', '--stage'], { action: 'help' }],
  ])('%j', (args, wanted) => {
    expect(readWrapperArguments(args)).toMatchObject(wanted);
  });

  it.each([
    [['--sync'], 'prefix-studio trees'],
    [['-f', 'jq'], 'prefix-studio fetch'],
    [['-uDX', '@world'], '`-X` is not an option'],
    [['--frobnicate', 'jq'], '`--frobnicate` is not an option'],
    [['--stage', '--install', 'jq'], 'exclude each other'],
    [['--depclean', '--unmerge', 'jq'], 'exclude each other'],
    [['--jobs=many', 'jq'], 'needs a number'],
    [['--oneshot=maybe', 'jq'], 'wants `y` or `n`'],
    [['--pretend=y', 'jq'], 'takes no value'],
    [['-uDN'], 'Name at least one package'],
  ])('%j is refused', (args, words) => {
    expect(() => readWrapperArguments(args)).toThrow(words);
  });
});
