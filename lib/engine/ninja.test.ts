import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { findProgram } from '../host/find-program';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { chostOf } from './prefix-place';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const cannot = sandbox.kind === 'unusable' || findProgram('ninja') === null;

const ebuild = `src_compile() {
  mkdir run
  printf '#!/bin/bash\\nmkdir run/$$; ls run | wc -l >> seen; sleep 0.1; rmdir run/$$; touch $1\\n' > cc
  chmod +x cc
  { echo 'rule c'; echo '  command = $\${__E_COMPILE_THROUGH} ./cc $out'; printf 'build o%d: c\\n' {1..8}; } > build.ninja
  ninja -v -j6 || die
}
src_install() { insinto /usr/share; sort -n seen | tail -n 1 | newins - most; }`;

it.skipIf(cannot).each([true, false])(
  'ninja starts no more than there are tokens (compilers wait: %s)',
  async (waits) => {
    const prefix = new TinyPrefix();
    try {
      prefix.ebuild('dev-libs/n-1', ebuild);
      const bin = join(prefix.place.stagingEroot, 'usr/libexec/c-toolchain/bin');
      mkdirSync(bin, { recursive: true });
      if (waits) writeFileSync(join(bin, `${chostOf(prefix.place)}-gcc`), '# goes through __E_COMPILE_THROUGH');
      const describe: typeof prefix.describe = (pkg) => ({ ...prefix.describe(pkg), variables: { MAKEOPTS: '-j2' } });
      // a machine with more processors gives more tokens, but MAKEOPTS allows two
      expect(await prefix.build(['dev-libs/n-1'], { describe })).toEqual({ kind: 'succeeded' });
      const most = readFileSync(join(prefix.place.finalRoot, '/opt/demo/usr/share/most'), 'utf8');
      expect(Number(most)).toBeLessThanOrEqual(2);
    } finally {
      await prefix.remove();
    }
  },
);
