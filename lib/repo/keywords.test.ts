import { describe, expect, it } from 'vitest';
import { parseVersion } from '../pms';
import { AtomTable } from './atom-table';
import { judgeKeywords } from './keywords';

const nothing = new AtomTable([], {});
const subject = (keywords: string) => ({
  qualifiedName: 'app-misc/a',
  version: parseVersion('1'),
  slot: '0',
  subSlot: '0',
  repository: 'tree',
  buildId: null,
  keywords: keywords.split(' ').filter(Boolean),
});

describe('the keyword to accept', () => {
  it.each([
    // the board's own goes first, whatever else is accepted
    ['arm64', ['arm64', 'amd64'], '~amd64 ~arm64', '~arm64'],
    ['arm64', ['amd64', '-arm64'], '~amd64 arm64', 'arm64'],
    ['arm64', ['arm64', 'amd64'], '~amd64 ~x86', '~amd64'],
    ['arm64', ['arm64'], '~amd64 ~x86', '**'],
    ['amd64', ['amd64'], '', '**'],
  ])('on %s, where %j is accepted, of %j is %s', (arch, accepted, keywords, advised) => {
    const tables = { keywords: [], profileAccept: [], userAccept: nothing, accepted, arch };
    expect(judgeKeywords(tables, subject(keywords))).toMatchObject({ advised });
  });
});
