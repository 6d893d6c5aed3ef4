import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { TinyPrefix } from './__fixtures__/tiny-prefix';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const sandbox = await probeSandbox();

describe.skipIf(sandbox.kind === 'unusable')('notices of a package', () => {
  let prefix: TinyPrefix;

  beforeEach(() => {
    prefix = new TinyPrefix();
  });
  afterEach(() => prefix.remove());

  it('say which files of nobody were replaced, in both roots', async () => {
    prefix.ebuild('dev-libs/one-1', 'src_install() { insinto /usr/share; newins - one <<< one; }');
    const { stagingEroot, finalEroot } = prefix.place;
    for (const root of [stagingEroot, finalEroot]) {
      mkdirSync(join(root, 'usr/share'), { recursive: true });
      writeFileSync(join(root, 'usr/share/one'), 'of somebody');
    }
    expect(await prefix.build(['dev-libs/one-1'])).toEqual({ kind: 'succeeded' });
    expect(readFileSync(join(finalEroot, 'usr/share/one'), 'utf8')).toBe('one\n');
    const text = 'Replaced files that were there and belong to no package:\n  /opt/demo/usr/share/one';
    const notice = { level: 'warn', phase: 'preinst', check: 'unowned-files', text };
    expect(prefix.notices()).toEqual([
      { id: 'staging|dev-libs/one-1', ...notice },
      { id: 'final|dev-libs/one-1', ...notice },
    ]);
  });

  it('are kept in the run, and in a file as Portage writes it', async () => {
    prefix.ebuild(
      'dev-libs/talk-1',
      `src_install() { ewarn "first\\nsecond"; ewarn; ewarn "third"; elog $'\\e[31mred'; einfo not kept; }
       pkg_postinst() { eqawarn quality; }`,
    );
    await prefix.build(['dev-libs/talk-1'], { stages: 'staging' });
    expect(prefix.notices().map(({ level, phase, text }) => [level, phase, text])).toEqual([
      ['warn', 'install', 'first\nsecond\n\nthird'],
      ['log', 'install', 'red'],
      ['qa', 'postinst', 'quality'],
    ]);
    const folder = join(prefix.place.stagingDir, 'logs/elog');
    const [file = ''] = readdirSync(folder);
    expect(file).toMatch(/^dev-libs:talk-1:\d{8}-\d{6}\.log$/);
    expect(readFileSync(join(folder, file), 'utf8')).toBe(
      'WARN: install\nfirst\nsecond\n\nthird\n\nLOG: install\nred\n\nQA: postinst\nquality\n\n',
    );
  });

  it('are counted only, when an ebuild says things without end', async () => {
    prefix.ebuild('dev-libs/talk-1', 'src_install() { for i in {1..300}; do ewarn "$i"; elog "$i"; done; }');
    await prefix.build(['dev-libs/talk-1'], { stages: 'staging' });
    expect(prefix.notices()).toHaveLength(200);
  });
});
