import { chownSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildUser } from '../host/build-user';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();
const user = buildUser();

describe.skipIf(sandbox.kind === 'unusable' || user === null)('a prefix that root builds', () => {
  let prefix: TinyPrefix;
  const uid = user?.uid ?? 0;

  beforeEach(() => {
    prefix = new TinyPrefix();
  });
  afterEach(() => prefix.remove());

  const final = (path: string): string => join(prefix.place.finalEroot, path);
  /** Notes in `closed` what it cannot write. */
  const looksAround = `pkg_postinst() {
    find "\${EROOT}" \\( -path '*/var/db/pkg' -o -path '*/var/lib/portage' -o -path '*/etc/portage' \\) -prune \\
      -o ! -type l ! -writable -print > "\${T}/closed"
    cp "\${T}/closed" "\${EROOT}/closed"
  }`;
  const installs = (name: string): string =>
    `src_install() { mkdir -p "\${ED}/usr/share/${name}/deep" "\${ED}/etc/${name}"; echo x > "\${ED}/usr/share/${name}/deep/file"; }`;

  it('lets pkg_postinst write wherever a merge wrote, directories included', async () => {
    prefix.ebuild('app-misc/one-1', `${installs('one')}\n${looksAround}`);
    prefix.ebuild('app-misc/two-1', `${installs('two')}\n${looksAround}`);
    expect(await prefix.build(['app-misc/one-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final('closed'), 'utf8')).toBe('');
    expect(await prefix.build(['app-misc/two-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final('closed'), 'utf8')).toBe('');
    expect(lstatSync(final('usr/share/two/deep')).uid).toBe(uid);
  });

  it('gives what an earlier version left to root, and follows no link', async () => {
    const outside = join(prefix.home, 'outside');
    mkdirSync(final('usr/share/old'), { recursive: true });
    writeFileSync(final('usr/share/old/file'), 'old');
    writeFileSync(outside, 'of root');
    symlinkSync(outside, final('usr/share/old/link'));
    chownSync(prefix.place.finalEroot, uid, uid);
    prefix.ebuild('app-misc/one-1', `${installs('one')}\n${looksAround}`);
    expect(await prefix.build(['app-misc/one-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(final('closed'), 'utf8')).toBe('');
    expect(lstatSync(final('usr/share/old/file')).uid).toBe(uid);
    expect(lstatSync(outside).uid).toBe(0);
  });

  it('looks at all files for its first phase, not for each', async () => {
    prefix.ebuild('app-misc/one-1', `${installs('one')}\n${looksAround}`);
    expect(await prefix.build(['app-misc/one-1'])).toEqual({ kind: 'succeeded' });
    writeFileSync(final('usr/share/later'), 'of root');
    prefix.ebuild('app-misc/two-1', `${installs('two')}\n${looksAround}`);
    expect(await prefix.build(['app-misc/two-1'])).toEqual({ kind: 'succeeded' });
    expect(lstatSync(final('usr/share/later')).uid).toBe(0);
  });
});
