import { describe, expect, it } from 'vitest';
import { type Design, parseDesign } from '../../design';
import { importFiles } from './import-files';

function imported(files: readonly (readonly [path: string, text: string])[]) {
  const answer = importFiles(files.map(([path, text]) => ({ path, text })));
  const parsed = parseDesign(answer.text.replace('packages: []', 'packages: [a/b]'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const design: Design = parsed.design;
  return { design, ...answer };
}

describe('files in whatever order they come', () => {
  const files = [
    ['portage/make.conf/a', 'USE="foo"\nCFLAGS="-O2"\nL10N="de"\n'],
    ['portage/make.conf/b', 'USE="bar"\nCXXFLAGS="$CFLAGS -pipe"\nL10N="$L10N fr"\n'],
    ['portage/package.use/aa', 'app-editors/nano -ncurses\n'],
    ['portage/package.use/zz', 'app-editors/nano ncurses\n'],
  ] as const;

  it.each([
    ['as they are', files],
    ['backwards', [...files].reverse()],
  ])('are read as Portage reads a folder, and the last assignment counts: %s', (_, given) => {
    const { design, left } = imported(given);
    expect(design).toMatchObject({
      use: ['bar'],
      make_conf: { CFLAGS: '-O2', CXXFLAGS: '-O2 -pipe', L10N: 'de fr' },
      package_use: { 'app-editors/nano': ['-ncurses', 'ncurses'] },
    });
    expect(left.map(({ from, text }) => `${from} ${text}`)).toEqual([
      'portage/make.conf/a USE="foo"',
      'portage/make.conf/a L10N="de"',
    ]);
  });

  it('add to USE only where they say so', () => {
    const { design } = imported([
      ['make.conf/b', 'USE="$USE bar"\n'],
      ['make.conf/a', 'USE="foo"\n'],
    ]);
    expect(design.use).toEqual(['foo', 'bar']);
  });

  it('of which a later word takes an earlier one back, also when it was there before', () => {
    expect(imported([['make.conf', 'USE="a -a a"\n']]).design.use).toEqual(['-a', 'a']);
  });

  it('go before what was pasted', () => {
    const { design } = imported([
      ['pasted', 'app-editors/nano -ncurses nls\n'],
      ['package.use', 'app-editors/nano ncurses\n'],
    ]);
    expect(design.package_use).toEqual({ 'app-editors/nano': ['ncurses', '-ncurses', 'nls'] });
  });
});

describe('sets', () => {
  it('are each taken or left with a reason, also those that name each other', () => {
    const { design, taken, left } = imported([
      ['sets/one', 'app-misc/jq\n@two\n'],
      ['sets/two', 'app-misc/jq\n@one\n'],
      ['sets/work', 'app-misc/tmux\n'],
      ['sets/none', '# nothing\n'],
      ['world_sets', '@one\n'],
    ]);
    expect(design.packages).toEqual(['app-misc/jq']);
    expect(taken.map(({ from }) => from)).toEqual(['sets/one', 'world_sets:1 (@one)', 'sets/two']);
    expect(left).toEqual([
      { from: 'sets/none', text: '@none', note: 'names no package' },
      { from: 'sets/work', text: '@work app-misc/tmux', note: expect.stringContaining('names `@work`') },
    ]);
  });
});

describe('what ties a prefix to a processor', () => {
  it.each([
    ['RUSTFLAGS', '-C target-cpu=native -C opt-level=3', '-C opt-level=3'],
    ['RUSTFLAGS', '-Ctarget-cpu=native', undefined],
    ['CGO_CFLAGS', '-march=native', undefined],
    ['LDFLAGS', '-Wl,-O1 -march=native', '-Wl,-O1'],
    ['CFLAGS_amd64', '-mtune=native -O2', '-O2'],
  ])('%s="%s" is left as far as it means this machine', (name, value, rest) => {
    for (const file of [
      ['make.conf', `${name}="${value}"\n`],
      ['emerge', `${name}="${value}" emerge a/b`],
    ] as const) {
      const { design, taken, left } = imported([file]);
      expect(design.make_conf[name]).toBe(rest);
      expect(taken.filter(({ text }) => text.startsWith(name))).toHaveLength(rest === undefined ? 0 : 1);
      expect(left[0]?.note).toContain('processor of this machine');
    }
  });

  it.each([
    ['CFLAGS', '-O2 -march=x86-64-v4', 'have `-march=x86-64-v4`'],
    ['GOAMD64', 'v4', 'have `v4`'],
    ['CPU_FLAGS_X86', 'sse2 avx2', 'have `avx2`'],
    ['CFLAGS', '-O2 -march=x86-64', '`make_conf`'],
    ['GOAMD64', 'v1', '`make_conf`'],
  ])('%s="%s" is taken, and it is said what it needs', (name, value, words) => {
    const { design, taken } = imported([['make.conf', `${name}="${value}"\n`]]);
    expect(design.make_conf).toEqual({ [name]: value });
    expect(taken[0]?.note.endsWith(words.startsWith('have') ? `that ${words}` : words)).toBe(true);
  });
});
