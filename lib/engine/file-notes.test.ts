import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';
import { capabilitiesFile, noteFiles, ownersFile, parseCapability, parseOwner } from './file-notes';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

describe('notes about files', () => {
  const image = '/var/tmp/portage/a/b-1/image';
  it('name what a package installs, in D or in place', () => {
    expect(parseOwner(`250\t-1\t${image}/opt/demo/x`, image, '/opt/demo')).toEqual([
      { uid: 250, gid: 0, path: '/opt/demo/x' },
    ]);
    expect(parseCapability('cap_net_raw+ep\t/opt/demo/x', image, '/opt/demo')).toEqual([
      { path: '/opt/demo/x', capabilities: 'cap_net_raw=ep' },
    ]);
  });

  it.each(['250\t-1\t/etc/passwd', `250\t-1\t${image}/../../x`, '250\t-1\t/opt/demo-2/x', '-5\t1\t/opt/demo/x', 'x'])(
    'say nothing else: %j',
    (line) => {
      expect(parseOwner(line, image, '/opt/demo')).toEqual([]);
      expect(parseCapability(line.replace(/^\S+\t\S+/, 'cap_kill=ep'), image, '/opt/demo').length).toBe(
        line.startsWith('-5') ? 1 : 0,
      );
    },
  );

  it('count by the last word about a path', () => {
    const owners = [
      { path: '/a', uid: 1, gid: 2 },
      { path: '/b c', uid: 3, gid: 4 },
      { path: '/a', uid: 0, gid: 0 },
    ];
    const capabilities = [{ path: '/b c', capabilities: '' }];
    const before = (name: string) =>
      name === capabilitiesFile ? 'cap_kill=ep cap_chown=p /b c\ncap_kill=ep /d\n' : '';
    expect(Object.fromEntries(noteFiles({ owners, capabilities }, before))).toEqual({
      [ownersFile]: '3:4 /b c',
      [capabilitiesFile]: 'cap_kill=ep /d',
    });
  });
});

describe.skipIf(sandbox.kind === 'unusable')('packages that need users and rights', () => {
  let prefix: TinyPrefix;
  beforeEach(() => {
    prefix = new TinyPrefix();
  });
  afterEach(() => prefix.remove());

  it('see the accounts of packages before them, and what they ask for is noted in both roots', async () => {
    prefix.ebuild(
      'acct-user/svc-0',
      `src_install() { insinto /usr/lib/sysusers.d; newins - acct-user-svc.conf <<< $'u\\tsvc\\t300:grp\\tA\\\\ service\\t/dev/null\\t-\\ng\\tgrp\\t301'; }`,
    );
    prefix.ebuild(
      'net-misc/ping-1',
      `src_install() {
         exeinto /usr/bin; newexe - ping <<< x; newexe - other <<< x; newexe - third <<< x; keepdir /var/lib/svc
         fowners -R svc:grp /var/lib/svc; chown svc: "\${ED}/usr/bin/other" || die; chgrp nobody-knows "\${ED}/usr/bin/ping" 2>/dev/null && die
         chown root:root "\${ED}/usr/bin/ping" || die
         id svc > "\${T}/id" || die; [[ $(getent group 301) == grp:* ]] || die group; }
       pkg_postinst() { setcap cap_net_raw=ep "\${EROOT}/usr/bin/ping" && setcap -v cap_net_raw=ep "\${EROOT}/usr/bin/ping" || die
         [[ $(getcap "\${EROOT}/usr/bin/ping") == *cap_net_raw=ep ]] || die getcap
         setcap no_such "\${EROOT}/usr/bin/ping" 2>/dev/null && die accepted; chown svc:grp "\${EROOT}/usr/bin/third" || die; }`,
    );
    const outcome = await prefix.build(['acct-user/svc-0', 'net-misc/ping-1'], { limits: { jobs: 1 } });
    const log = prefix.events.flatMap((event) => (event.kind === 'log' ? [event.text] : [])).join('');
    expect(outcome, log).toEqual({ kind: 'succeeded' });
    expect(log).not.toContain('failed:');
    for (const root of [prefix.place.stagingEroot, prefix.place.finalEroot]) {
      const entry = (name: string): string => readFileSync(join(root, 'var/db/pkg/net-misc/ping-1', name), 'utf8');
      expect(entry(ownersFile)).toBe(
        [
          '300:301 /opt/demo/usr/bin/other',
          '300:301 /opt/demo/usr/bin/third',
          '300:301 /opt/demo/var/lib/svc',
          '300:301 /opt/demo/var/lib/svc/.keep_net-misc_ping-0',
          '',
        ].join('\n'),
      );
      expect(entry(capabilitiesFile)).toBe('cap_net_raw=ep /opt/demo/usr/bin/ping\n');
    }
  });
});
