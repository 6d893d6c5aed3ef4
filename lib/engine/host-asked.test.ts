import { describe, expect, it } from 'vitest';
import { askedOfHost, HostQuestions, hostChange } from './host-asked';

const provided = [
  'dev-lang/python-3.12.1:3.12',
  'dev-util/gperf-3.1:0',
  'dev-perl/XML-Parser-2.46:0',
  'sys-libs/glibc-2.36:2.2',
];
const asked = (...texts: string[]): readonly string[] =>
  askedOfHost(
    { repository: 'tree' },
    texts.map((text) => new HostQuestions(text)),
    provided,
  );

describe('what a build asks of the build host', () => {
  it.each([
    ['nothing, when it never asks', 'BDEPEND="dev-util/gperf"', []],
    ['what it names', 'BDEPEND=">=dev-util/gperf-3"; has_version -b dev-util/gperf', ['dev-util/gperf-3.1:0']],
    ['an atom', 'best_version -b ">=dev-util/gperf-3:0="', ['dev-util/gperf-3.1:0']],
    ['no name that is a part of another', 'has_version -b dev-util/gperf2', []],
    ['a slot put together', `has_version -b "dev-lang/python:\${slot}"`, ['dev-lang/python-3.12.1:3.12']],
    ['a name put together', `has_version -b "dev-perl/\${1}"`, ['dev-perl/XML-Parser-2.46:0']],
    ['a category put together', `has_version -b "\${where}/gperf"`, ['dev-util/gperf-3.1:0']],
  ])('is %s', (_, text, expected) => {
    expect(asked(text)).toEqual(expected);
  });

  it('may be in an eclass, with the name in the ebuild', () => {
    expect(asked('ask dev-util/gperf', 'ask() { has_version -b "$1"; }')).toEqual(['dev-util/gperf-3.1:0']);
  });

  it('is what the tool chain copies, for its own packages', () => {
    expect(
      askedOfHost({ repository: 'toolchain' }, [new HostQuestions('has_version dev-util/gperf')], provided),
    ).toEqual(['sys-libs/glibc-2.36:2.2']);
  });

  it('is told with what it was and is', () => {
    expect(hostChange(['a/b-1:0', 'a/c-1:0'], ['a/b-2:0', 'a/c-1:0'])).toBe(
      'its ebuild asks what the build host has: `a/b-1` when it was built, `a/b-2` now',
    );
  });
});
