import { describe, expect, it } from 'vitest';
import { identityOf } from './identity';

describe('identityOf', () => {
  it.each([
    ['sys-libs/zlib-1.3.1-r1', 'sys-libs', 'zlib', '1.3.1-r1'],
    ['dev-libs/gtk-2.0-bin-3.24', 'dev-libs', 'gtk-2.0-bin', '3.24'],
    ['app-misc/jq-1.7_rc2', 'app-misc', 'jq', '1.7_rc2'],
    ['media-libs/x264-0.0.20231114', 'media-libs', 'x264', '0.0.20231114'],
    ['sys-libs/c-runtime', 'sys-libs', 'c-runtime', undefined],
    ['app-crypt/gpg-1a', 'app-crypt', 'gpg', '1a'],
  ])('splits %s', (cpv, category, pn, version) => {
    expect(identityOf(cpv)).toMatchObject({ category, pn, ...(version && { version }) });
  });
});
