import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plainSettings, targetConfiguration } from './flatcar';
import { parseMakeConf } from './make-conf';
import { openStarterTree } from './package-tree';
import { prefixConfigurationFiles } from './prefix-settings';

const tree = openStarterTree(resolve(import.meta.dirname, '../../overlays/starter'), null);

const settings = {
  ...plainSettings('amd64-usr', '/opt/demo', { EXTRA: 'a "quoted" $value' }),
  use: ['ssl', '-man'],
  package_use: { 'app-editors/nano': ['-magic'] },
  package_mask: ['>=app-misc/x-2'],
  accept_keywords: ['~amd64'],
};

describe('the etc/portage of a prefix', () => {
  const { files, profile } = prefixConfigurationFiles(settings, tree);

  it('says in make.conf what the design says', () => {
    expect(parseMakeConf(files.get('make.conf') ?? '', 'make.conf')).toEqual({
      CHOST: 'x86_64-cros-linux-gnu',
      ACCEPT_KEYWORDS: 'amd64 -~amd64 ~amd64',
      USE: 'ssl -man',
      EXTRA: 'a "quoted" $value',
    });
    expect(files.get('package.use/design')).toBe('app-editors/nano -magic\n');
    expect(files.get('package.mask/design')).toBe('>=app-misc/x-2\n');
    expect(files.has('package.unmask/design')).toBe(false);
  });

  it('names repository and profile of the board', () => {
    expect(files.get('repos.conf/prefix-studio.conf')).toMatch(
      /main-repo = starter\n\n\[starter\]\nlocation = .*overlays\/starter\n/,
    );
    expect(profile).toMatch(/overlays\/starter\/profiles\/amd64-usr$/);
  });

  it('leaves out of final what is only needed to build, unless the image keeps it', () => {
    expect(files.get('make.conf')).not.toContain('INSTALL_MASK');
    expect(prefixConfigurationFiles(settings, tree, 'final').files.get('make.conf')).toContain(
      'INSTALL_MASK="/usr/include',
    );
    const kept = { ...settings, sysext: { keep: ['development'] } };
    expect(prefixConfigurationFiles(kept, tree, 'final').files.get('make.conf')).not.toContain('INSTALL_MASK');
  });

  it('leaves out of final what the design names besides, and builds with it', () => {
    const own = { ...settings, make_conf: { INSTALL_MASK: '/etc/ssl/misc/CA.pl -/usr/include/zlib.h' } };
    expect(prefixConfigurationFiles(own, tree, 'staging').files.get('make.conf')).not.toContain('INSTALL_MASK');
    expect(prefixConfigurationFiles(own, tree, 'final').files.get('make.conf')).toMatch(
      /INSTALL_MASK="\/usr\/include .*\*\.la \/etc\/ssl\/misc\/CA\.pl -\/usr\/include\/zlib\.h"/,
    );
    const kept = { ...own, sysext: { keep: ['development'] } };
    expect(prefixConfigurationFiles(kept, tree, 'final').files.get('make.conf')).toContain(
      'INSTALL_MASK="/etc/ssl/misc/CA.pl -/usr/include/zlib.h"',
    );
  });

  it('is what a configuration loaded from it answers', () => {
    const target = targetConfiguration(tree, settings, { userConfig: '/staging/opt/demo/etc/portage' });
    expect(target.variable('CHOST')).toBe('x86_64-cros-linux-gnu');
    expect(target.system).toContain('sys-libs/c-runtime');
    expect(target.repositories.main?.name).toBe('starter');
  });
});
