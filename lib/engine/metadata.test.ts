import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitsVariable } from '../host/sandbox-limits';
import { probeSandbox } from '../host/sandbox-probe';
import { type MetadataPhase, openMetadataPhase } from './metadata';
import { parseMetadataAnswer } from './metadata-answer';

process.env.PREFIX_STUDIO_ROOT ??= resolve(import.meta.dirname, '../..');
const overlay = join(import.meta.dirname, '__fixtures__/overlay');
const sandbox = await probeSandbox();

describe('parseMetadataAnswer', () => {
  it('takes keys with equals signs and pairs of eclasses', () => {
    expect(parseMetadataAnswer('EAPI=8\nDEPEND=>=a/b-1[x=]\n_eclasses_=x\t/e/x.eclass\n')).toEqual({
      kind: 'ok',
      keys: { EAPI: '8', DEPEND: '>=a/b-1[x=]' },
      eclasses: [{ name: 'x', path: '/e/x.eclass' }],
    });
  });

  it('joins the lines of an error', () => {
    expect(parseMetadataAnswer('!one\n!two\n')).toEqual({ kind: 'failed', message: 'one\ntwo' });
  });
});

describe.skipIf(sandbox.kind === 'unusable')('the metadata phase', () => {
  let phase: MetadataPhase;
  let folder: string;
  let count = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'metadata-'));
    chmodSync(folder, 0o755);
    phase = openMetadataPhase({ repositories: [overlay, folder], workers: 2 });
  });
  afterAll(() => {
    phase.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const readText = (text: string): ReturnType<MetadataPhase['read']> => {
    count += 1;
    const path = join(folder, `x-${count}.ebuild`);
    writeFileSync(path, text);
    return phase.read({ path, category: 'app-test', eclassDirs: [join(overlay, 'eclass')] });
  };

  it.each<[string, string, (path: string) => void]>([
    [
      'of 1 TiB',
      'is too large',
      (path) => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
    ],
    ['that is a folder', 'is not a regular file', (path) => mkdirSync(path)],
    ['that is a FIFO', 'is not a regular file', (path) => execFileSync('mkfifo', [path])],
    ['that leads out', 'is not a regular file', (path) => symlinkSync('/etc/shadow', path)],
    ['that leads nowhere', 'is not a regular file', (path) => symlinkSync('nothing', path)],
  ])('does not read an eclass %s, nor one of the same name behind it, and says so', async (_, reason, make) => {
    const root = mkdtempSync(join(folder, 'refused-'));
    chmodSync(root, 0o755);
    const [first, second] = [join(root, 'first'), join(root, 'second')];
    for (const eclasses of [first, second]) mkdirSync(eclasses);
    const file = join(first, 'odd.eclass');
    make(file);
    writeFileSync(join(second, 'odd.eclass'), 'IUSE=other\n');
    const path = join(root, 'odd-1.ebuild');
    writeFileSync(path, 'EAPI=8\ninherit odd\n');
    expect(await phase.read({ path, category: 'app-test', eclassDirs: [first, second] })).toEqual({
      kind: 'failed',
      message: expect.stringContaining(`the eclass \`${file}\` ${reason}`),
    });
  });

  it('puts what eclasses add behind what the ebuild sets, and names the direct ones in INHERIT', async () => {
    const answer = await phase.read({
      path: join(overlay, 'app-test/everything/everything-1.2-r3.ebuild'),
      category: 'app-test',
      eclassDirs: [join(overlay, 'eclass')],
    });
    expect(answer).toEqual({
      kind: 'ok',
      keys: {
        DEFINED_PHASES: 'compile install postinst preinst test',
        DEPEND: 'dev-test/of-ebuild dev-test/of-base dev-test/of-layered',
        DESCRIPTION: 'Uses most of what an ebuild may use',
        EAPI: '8',
        HOMEPAGE: 'https://example.org/',
        INHERIT: 'layered',
        IUSE: '+docs static base layered',
        KEYWORDS: 'amd64',
        LICENSE: 'MIT',
        SLOT: '0/5',
        SRC_URI: 'everything.tar.gz',
      },
      eclasses: [
        { name: 'base-layer', path: join(overlay, 'eclass/base-layer.eclass') },
        { name: 'layered', path: join(overlay, 'eclass/layered.eclass') },
      ],
    });
  });

  it.each([
    ['before', 'inherit layered\nIUSE=own\nDEPEND="a/b"'],
    ['behind', 'IUSE=own\nDEPEND="a/b"\ninherit layered'],
    ['twice, around', 'inherit layered\nIUSE=own\nDEPEND="a/b"\ninherit base-layer'],
    ['by a name that no text has, behind', 'IUSE=own\nDEPEND="a/b"\nname=laye\ninherit $name"red"'],
  ])('adds what an eclass sets that is inherited %s what the ebuild sets', async (_, lines) => {
    expect(await readText(`EAPI=8\n${lines}`)).toMatchObject({
      kind: 'ok',
      keys: { IUSE: expect.stringMatching(/^own base layered/), DEPEND: expect.stringMatching(/^a\/b /) },
      eclasses: [{ name: 'base-layer' }, { name: 'layered' }],
    });
  });

  it.each([
    ['EAPI=7\nIDEPEND="a/b"\nBDEPEND="c/d"\nRESTRICT="x"', { EAPI: '7', BDEPEND: 'c/d', RESTRICT: 'x' }],
    ['EAPI=3\nDEPEND="a/b"', { EAPI: '3', DEPEND: 'a/b', RDEPEND: 'a/b' }],
    ["# x\n\n  EAPI='8' # y\nSLOT=0", { EAPI: '8', SLOT: '0' }],
    ['EAPI=8\nDESCRIPTION="a  b\n\tc"', { EAPI: '8', DESCRIPTION: 'a b c' }],
    ['EAPI=8\nSRC_URI="$(ver_cut 2- 1.2.3)"', { EAPI: '8', SRC_URI: '2.3' }],
  ])('reads %j', async (text, keys) => {
    expect(await readText(text)).toEqual({ kind: 'ok', keys: { DEFINED_PHASES: '-', ...keys }, eclasses: [] });
  });

  it.each([
    ['EAPI=8\ninherit nowhere', 'there is no eclass `nowhere`'],
    ['EAPI=8\nuse x && DEPEND=y', 'use: called in global scope'],
    ['EAPI=8\nDEPEND="$(echo */no-such-file*)"\nX=(*/no-such-file*)', 'no match'],
    ['EAPI=8\nif', 'syntax error'],
    ['EAPI=77', 'EAPI `77` is not supported'],
    ['SLOT=0\nEAPI=8', 'EAPI is `8` after sourcing but its line says `0`'],
    ['EAPI=8\nexit 3', 'status 3'],
    ['EAPI=8\ndie "It is over. Really..."', /It is over\. Really$/],
  ])('says what is wrong with %j', async (text, message) => {
    expect(await readText(text)).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) });
  });

  it('keeps one ebuild from changing the next', async () => {
    await readText('EAPI=8\nIUSE="leak"\ninherit layered\nsrc_compile() { :; }\nset -f\nIFS=:');
    expect(await readText('EAPI=8\nIUSE="a b"')).toEqual({
      kind: 'ok',
      keys: { EAPI: '8', IUSE: 'a b', DEFINED_PHASES: '-' },
      eclasses: [],
    });
  });

  it('does not blame an ebuild when no sandbox starts, or when it is closed', async () => {
    const question = { path: '/nowhere/app-test/x/x-1.ebuild', category: 'app-test', eclassDirs: [] };
    process.env[limitsVariable] = 'not a limit';
    const never = openMetadataPhase({ repositories: [folder], workers: 1 });
    await expect(never.read(question)).rejects.toMatchObject({ code: 'SETTING_INVALID' });
    delete process.env[limitsVariable];
    const closed = openMetadataPhase({ repositories: [folder], workers: 1 });
    const open = closed.read(question);
    closed.close();
    await expect(open).rejects.toMatchObject({ name: 'AbortError' });
    await expect(closed.read(question)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('does not see what version control knows of a repository', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'clone-'));
    mkdirSync(join(clone, '.git'));
    writeFileSync(join(clone, '.git/config'), 'url = https://user:password@example.org/');
    writeFileSync(
      join(clone, 'x-1.ebuild'),
      `EAPI=8\nDESCRIPTION="$(cat ${clone}/.git/config; ls -A ${clone}/.git)"\nSLOT=0`,
    );
    const reader = openMetadataPhase({ repositories: [clone], workers: 1 });
    const answer = await reader.read({ path: join(clone, 'x-1.ebuild'), category: 'app-test', eclassDirs: [] });
    reader.close();
    rmSync(clone, { recursive: true, force: true });
    expect(JSON.stringify(answer)).not.toContain('password');
  });

  it('cannot write, not even where the repositories are', async () => {
    await readText(`EAPI=8\n: > ${folder}/written`);
    expect(await readText(`EAPI=8\nif [[ -e ${folder}/written ]]; then SLOT=1; fi`)).toMatchObject({
      keys: { EAPI: '8' },
    });
  });
});
