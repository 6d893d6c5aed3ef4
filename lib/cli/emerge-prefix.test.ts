import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { validateDesign } from '../design';
import { setUpOpened } from '../drivers/embedded/embedded-engine';
import { linkWrapper, placeOf, readWorld, removeWrapperLinks } from '../engine';
import { probeSandbox } from '../host/sandbox-probe';
import { openDesign } from '../plan/open-design';
import { planOpened } from '../plan/plan-design';
import { type Command, readArguments } from './command';
import { command as emergePrefix } from './commands/emerge-prefix';
import { command as setupPrefix } from './commands/setup-prefix';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';
const before = process.env.PREFIX_STUDIO_HOME;
let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'wrapper-'));
  process.env.PREFIX_STUDIO_HOME = home;
});
afterAll(() => {
  if (before === undefined) delete process.env.PREFIX_STUDIO_HOME;
  else process.env.PREFIX_STUDIO_HOME = before;
  rmSync(home, { recursive: true, force: true });
});

async function call(command: Command, ...args: readonly string[]): Promise<{ status: unknown; said: string }> {
  const lines: string[] = [];
  const terminal = {
    out: (text: string) => void lines.push(text),
    err: (text: string) => void lines.push(text),
    isInteractive: false,
    hasColor: false,
    columns: 80,
  };
  const { wantsHelp: _, ...invocation } = readArguments(command, args);
  const status = await command.run({ ...invocation, terminal });
  return { status, said: lines.join('\n') };
}

describe('setup_prefix', () => {
  it('ends with 1 when an argument is missing, and with 0 when there is nothing to remove', async () => {
    expect(await call(setupPrefix, 'demo')).toMatchObject({ status: 1, said: expect.stringContaining('missing') });
    expect(await call(setupPrefix)).toMatchObject({ status: 1 });
    expect(await call(setupPrefix, '--uninstall', '--noforce', 'demo')).toMatchObject({
      status: 0,
      said: expect.stringContaining('nothing to remove'),
    });
  });

  it('links its script into a folder, once, and removes only its own links', () => {
    const design = { name: 'demo', board: 'amd64-usr', path: '/opt/demo' } as const;
    const place = placeOf(design, {
      stagingDir: '/x',
      finalDir: '/y',
      wrapper: 'emerge-prefix-demo-amd64-usr',
    } as never);
    const bin = join(home, 'own-bin');
    const link = linkWrapper(place, home, bin);
    expect(link).toBe(join(bin, 'emerge-prefix-demo-amd64-usr'));
    expect(linkWrapper(place, home, bin)).toBe(link);
    expect(linkWrapper(place, join(home, 'other'), bin)).toBeNull();
    expect(removeWrapperLinks(place, join(home, 'other'), bin)).toEqual([]);
    expect(removeWrapperLinks(place, home, bin)).toEqual([link]);
    expect(lstatSync(link as string, { throwIfNoEntry: false })).toBeUndefined();

    // asked for, and usual besides
    const usual = join(home, '.local/bin');
    vi.stubEnv('HOME', home);
    vi.stubEnv('PATH', usual);
    const found = linkWrapper(place, home, usual);
    expect(linkWrapper(place, home, undefined)).toBe(found);
    expect(removeWrapperLinks(place, home, usual)).toEqual([join(usual, 'emerge-prefix-demo-amd64-usr')]);
    vi.unstubAllEnvs();
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`emerge-prefix-NAME-BOARD${skipped}`, () => {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  const ebuild = (pn: string, more = ''): void => {
    const head = `EAPI=8\nDESCRIPTION="${pn}"\nLICENSE="MIT"\nSLOT="0"\nKEYWORDS="amd64"\nS="\${WORKDIR}"\n${more}\n`;
    write(
      `overlay/app-own/${pn}/${pn}-1.ebuild`,
      `${head}src_install() { insinto /usr/share; newins - ${pn} <<< x; }\n`,
    );
  };
  const wrapper = (...args: readonly string[]) =>
    call(emergePrefix, '--name', 'demo', '--path', '/opt/demo', '--', ...args);
  const isThere = (pn: string): boolean =>
    existsSync(join(home, '__prefix__/amd64-usr/demo/root/opt/demo/usr/share', pn));
  const open = async () => {
    const repositories = [{ name: 'own', location: join(home, 'overlay') }];
    const checked = validateDesign({
      name: 'demo',
      board: 'amd64-usr',
      path: '/opt/demo',
      packages: ['app-own/first'],
      repositories,
    });
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    return openDesign(checked.design, { home });
  };

  beforeEach(async () => {
    write('overlay/profiles/repo_name', 'own\n');
    write('overlay/profiles/categories', 'app-own\n');
    write('overlay/metadata/layout.conf', 'masters = starter\nthin-manifests = true\n');
    ebuild('first');
    ebuild('second', 'RDEPEND="app-own/library"');
    ebuild('library');
    ebuild('once');
    ebuild('rival', 'RDEPEND="!app-own/once"');
    await setUpOpened(await open(), { home });
  });
  afterEach(() => rmSync(join(home, 'overlay'), { recursive: true }));

  it('remembers what it installs, takes it away again, and leaves the rest alone', async () => {
    expect(await wrapper('second')).toMatchObject({ status: 0 });
    // nothing of the design was asked for
    expect([isThere('second'), isThere('library'), isThere('first')]).toEqual([true, true, false]);
    expect(await wrapper('-1', 'once')).toMatchObject({ status: 0 });
    const opened = await open();
    const place = placeOf(opened.design, opened.names);
    for (const target of [place.staging, place.final]) expect(readWorld(target).packages).toEqual(['app-own/second']);

    const planned = planOpened(opened);
    const shown =
      planned.kind === 'planned'
        ? planned.plan.packages.map(({ root, action, cpv }) => `${root} ${action} ${cpv}`)
        : [];
    expect(shown).toEqual(
      expect.arrayContaining([
        'staging keep app-own/second-1',
        'final keep app-own/library-1',
        'final remove app-own/once-1',
      ]),
    );

    // what cannot be installed beside it goes, as with emerge
    expect(await wrapper('app-own/rival')).toMatchObject({ status: 0 });
    expect([isThere('rival'), isThere('once'), isThere('second')]).toEqual([true, false, true]);

    expect(await wrapper('--depclean', 'app-own/library')).toMatchObject({
      status: 1,
      said: expect.stringContaining('app-own/second-1 needs it to run'),
    });
    expect(await wrapper('-pc', 'second')).toMatchObject({ status: 0, said: expect.stringContaining('remove') });
    expect(isThere('second')).toBe(true);
    expect(await wrapper('-pW', 'second')).toMatchObject({ status: 0, said: expect.stringMatching(/^Would remove/) });
    expect(readWorld(place.final).packages).toContain('app-own/second');
    // one root alone, as the script of the SDK does it
    expect(await wrapper('--install', '-W', 'second')).toMatchObject({
      status: 0,
      said: 'Removed `app-own/second` from the world of final',
    });
    expect(readWorld(place.final).packages).not.toContain('app-own/second');
    expect(readWorld(place.staging).packages).toContain('app-own/second');
    expect(await wrapper('--install', '-W', 'second')).toMatchObject({ status: 1 });
    expect(await wrapper('-W', 'second')).toMatchObject({ status: 0 });
    expect(await wrapper('--depclean')).toMatchObject({ status: 0 });
    expect([isThere('second'), isThere('library'), isThere('rival')]).toEqual([false, false, true]);
    expect(await wrapper('--install', '-C', 'app-own/rival')).toMatchObject({ status: 0 });
    expect(isThere('rival')).toBe(false);
    expect(readWorld(place.final).packages).toEqual([]);
    expect(readWorld(place.staging).packages).toEqual(['app-own/rival']);
    expect(await wrapper('-C', 'app-own/rival')).toMatchObject({ status: 0 });
    expect(readWorld(place.staging).packages).toEqual([]);
    expect(await wrapper('-C', 'app-own/first')).toMatchObject({
      status: 1,
      said: expect.stringContaining('The design asks for'),
    });
  });
});
