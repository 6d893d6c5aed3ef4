import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Design, designSchema } from '../design';
import { digestFile } from '../engine/manifest';
import { probeSandbox } from '../host/sandbox-probe';
import { openDesign } from '../plan/open-design';
import { overlayPlaces, readTakenEbuilds } from '../plan/taken-ebuilds';
import { changesSinceTaken } from './changes';
import { readOverlayFile, writeOverlayFile } from './edit-file';
import { acceptManifest, proposeManifest, unpacksByName } from './manifest-proposal';
import { removeBelow, writeBelow } from './overlay-files';
import { addPatch, listPatches, removePatch } from './patches';
import { removeTaken } from './remove-ebuild';
import { overlayPriority, takeEbuild } from './take-ebuild';
import { acceptUpdate, proposeUpdate } from './update-ebuild';

const hasSandbox = (await probeSandbox()).kind === 'usable';
const now = new Date('2026-01-01T00:00:00Z');

let home = '';
let tree = '';
let design: Design;

const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
};

const ebuild = (more = ''): string => `EAPI=8
inherit own
DESCRIPTION="A program"
SRC_URI="https://example.org/thing-1.tar.gz"
LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"
${more}`;

beforeEach(() => {
  const top = mkdtempSync(join(tmpdir(), 'prefix-studio-take-'));
  home = join(top, 'home');
  tree = join(top, 'tree');
  put('profiles/repo_name', 'theirs\n');
  put('profiles/categories', 'app-test\n');
  put('metadata/layout.conf', 'masters = starter\n');
  put('eclass/own.eclass', '# theirs\n');
  put('app-test/thing/thing-1.ebuild', ebuild());
  put('app-test/thing/files/run.sh', '#!/bin/sh\n');
  chmodSync(join(tree, 'app-test/thing/files/run.sh'), 0o755);
  put('app-test/thing/Manifest', 'DIST other-9.tar.gz 1 SHA512 00\nDIST thing-1.tar.gz 3 SHA512 11\n');
  design = designSchema.parse({
    name: 'demo-1',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages: ['app-test/thing'],
    repositories: [{ name: 'theirs', location: tree }],
  });
});
afterEach(() => rmSync(dirname(home), { recursive: true, force: true }));

const places = () => overlayPlaces(home, 'demo-1');
const open = (given = design) => openDesign(given, { home });
const take = async (name = 'app-test/thing', from: string | null = null, as: string | null = null) =>
  takeEbuild(await open(), { package: name, from, as, home, now });
const mine = (path: string): string => readFileSync(join(places().repository, path), 'utf8');

describe.skipIf(!hasSandbox)('taking an ebuild home', () => {
  it('copies it with files and its own sources, and its repository becomes a master', async () => {
    const answer = await take();
    expect(answer).toMatchObject({ cpv: 'app-test/thing-1', isNew: true, eclasses: [], mask: null });
    expect(answer.repository).toEqual({
      name: 'demo-1-overlay',
      location: places().repository,
      priority: overlayPriority,
    });
    expect(mine('metadata/layout.conf')).toContain('masters = starter theirs\n');
    expect(mine('app-test/thing/Manifest')).toBe('DIST thing-1.tar.gz 3 SHA512 11\n');
    expect(statSync(join(places().repository, 'app-test/thing/files/run.sh')).mode & 0o777).toBe(0o755);

    const again = await open({ ...design, repositories: [...design.repositories, answer.repository] });
    const [best] = again.staging.candidates('app-test/thing');
    expect([best?.repository, best?.metadata.DESCRIPTION]).toEqual(['demo-1-overlay', 'A program']);
    expect([...again.taken.keys()]).toEqual(['app-test/thing-1']);
    expect(await take()).toMatchObject({ isNew: false, files: [] });
  });

  it('brings an eclass from a tree that the design does not have', async () => {
    design = { ...design, repositories: [] };
    const answer = await take('app-test/thing-1', tree);
    expect(answer.eclasses).toEqual(['own']);
    expect(mine('eclass/own.eclass')).toBe('# theirs\n');
    expect(mine('metadata/layout.conf')).toContain('masters = starter\n');
  });

  it('takes from any ebuild repository: one without a name, whose masters are not here', async () => {
    design = { ...design, repositories: [] };
    rmSync(join(tree, 'profiles/repo_name'));
    put('metadata/layout.conf', 'masters = unheard-of\n');
    put('app-test/thing/thing-1.ebuild', ebuild('inherit starter'));
    const main = (await open()).tree.repositories.main?.location ?? '';
    expect(existsSync(join(main, 'eclass/starter.eclass'))).toBe(true);
    const answer = await take('app-test/thing', tree);
    expect(answer).toMatchObject({ cpv: 'app-test/thing-1', eclasses: ['own'], origin: '`tree`' });
  });

  it('says that a folder is no repository, whatever it was asked for', async () => {
    await expect(take('app-test/thing', join(tree, 'app-test'))).rejects.toMatchObject({
      code: 'NO_REPOSITORY',
      message: expect.stringContaining('is not an ebuild repository'),
    });
    await expect(take('app-test/thing', join(tree, 'nowhere'))).rejects.toMatchObject({ code: 'NO_REPOSITORY' });
  });

  it('refuses files that lead out of their repository, and writes nothing', async () => {
    symlinkSync('/etc/passwd', join(tree, 'app-test/thing/files/link'));
    await expect(take()).rejects.toMatchObject({ code: 'OVERLAY_FILE_REFUSED' });
    expect(existsSync(places().repository)).toBe(false);
  });

  it('gives the copy another version, whose origin is still known', async () => {
    const answer = await take('app-test/thing', null, '0.9');
    expect(answer).toMatchObject({ cpv: 'app-test/thing-0.9', mask: '>app-test/thing-0.9:0' });
    expect(answer.origin).toContain('app-test/thing-1 in `theirs`');
    expect(changesSinceTaken(places(), 'app-test/thing')).toEqual([]);
    put('app-test/thing/thing-1.ebuild', ebuild('# theirs'));
    expect(await proposeUpdate(await open(), places(), 'app-test/thing')).toMatchObject({
      state: 'changed',
      files: [{ path: 'app-test/thing/thing-0.9.ebuild', kind: 'takes' }],
    });
    await expect(take('app-test/thing', null, '../x')).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
  });

  it('masks newer versions of its own slot, whatever else there is', async () => {
    put('app-test/thing/thing-2.ebuild', ebuild('# newer').replace(/SLOT=\S+/, 'SLOT="2"'));
    expect(await take('app-test/thing-1', null, '0.9')).toMatchObject({ mask: '>app-test/thing-0.9:0' });
  });

  it('says what there is none of', async () => {
    const opened = await open();
    for (const name of ['app-test/nobody', 'thing', '../../etc', 'app-test/thing-2']) {
      const taking = takeEbuild(opened, { package: name, from: null, as: null, home, now });
      await expect(taking, name).rejects.toMatchObject({ code: 'PACKAGE_UNKNOWN' });
    }
  });

  it('knows what was changed since, and lets nobody overwrite what they did not see', async () => {
    await take();
    const path = 'app-test/thing/thing-1.ebuild';
    const { text, revision } = readOverlayFile(places(), path);
    writeOverlayFile(places(), path, `${text}# mine\n`, revision);
    expect(() => writeOverlayFile(places(), path, 'lost', revision)).toThrow(/changed by somebody else/);
    writeOverlayFile(places(), 'app-test/thing/files/new.patch', 'x\n', null);
    expect(changesSinceTaken(places(), 'app-test/thing').map(({ path: file, kind }) => `${kind} ${file}`)).toEqual([
      `changed ${path}`,
      'added app-test/thing/files/new.patch',
    ]);
    expect(() => readOverlayFile(places(), '../origin/app-test/thing-1/origin.json')).toThrow(/leads out/);
  });

  it('takes over what changed at the origin, and asks where both changed', async () => {
    await take();
    put('app-test/thing/files/run.sh', '#!/bin/sh\necho new\n');
    const clean = await proposeUpdate(await open(), places(), 'app-test/thing');
    expect(clean).toMatchObject({ state: 'changed', files: [{ path: 'app-test/thing/files/run.sh', kind: 'takes' }] });
    const accepted = { digest: clean.digest, keep: null, now };
    await acceptUpdate(await open(), places(), 'app-test/thing', accepted);
    expect(mine('app-test/thing/files/run.sh')).toContain('new');
    expect((await proposeUpdate(await open(), places(), 'app-test/thing')).state).toBe('same');

    put('app-test/thing/thing-1.ebuild', ebuild('# theirs'));
    writeBelow(places().repository, 'app-test/thing/thing-1.ebuild', ebuild('# mine'));
    const both = await proposeUpdate(await open(), places(), 'app-test/thing');
    expect(both.state).toBe('conflict');
    const opened = await open();
    await expect(acceptUpdate(opened, places(), 'app-test/thing', accepted)).rejects.toMatchObject({
      code: 'NOT_AS_SHOWN',
    });
    const unsaid = { digest: both.digest, keep: null, now };
    await expect(acceptUpdate(opened, places(), 'app-test/thing', unsaid)).rejects.toMatchObject({
      code: 'UPDATE_CONFLICT',
    });
    await acceptUpdate(opened, places(), 'app-test/thing', { ...unsaid, keep: 'mine' });
    expect(mine('app-test/thing/thing-1.ebuild')).toContain('# mine');
  });

  it('writes a Manifest of its own only after it was shown, under a name of its own', async () => {
    const answer = await take();
    design = { ...design, repositories: [...design.repositories, answer.repository] };
    const folder = join(dirname(home), 'sources');
    mkdirSync(folder);
    writeFileSync(join(folder, 'thing-1.tar.gz'), 'other bytes');
    const sources = { home, folder, uses: {}, wantsDownload: false };
    const shown = await proposeManifest(await open(), places(), 'app-test/thing', sources);
    const [file] = shown.distfiles;
    expect(file).toMatchObject({ kind: 'differs', replaces: 'thing-1.tar.gz', before: { sizeBytes: 3 } });
    expect(file?.after).toEqual(await digestFile(join(folder, 'thing-1.tar.gz')));
    expect(mine('app-test/thing/Manifest')).toContain('thing-1.tar.gz 3');
    const opened = await open();
    await expect(acceptManifest(opened, places(), 'app-test/thing', sources, 'f'.repeat(32))).rejects.toMatchObject({
      code: 'NOT_AS_SHOWN',
    });
    await acceptManifest(opened, places(), 'app-test/thing', sources, shown.digest);
    expect(mine('app-test/thing/Manifest')).toMatch(/^DIST thing-1\.[0-9a-f]{8}\.tar\.gz 11 BLAKE2B /);
    expect(existsSync(join(home, 'distfiles', file?.name ?? ''))).toBe(true);
    expect(existsSync(join(home, 'distfiles/thing-1.tar.gz'))).toBe(false);
    expect(readFileSync(join(tree, 'app-test/thing/Manifest'), 'utf8')).toContain('SHA512 11');
    expect(readTakenEbuilds(places())[0]).toMatchObject({ otherSources: [file?.name] });
    const after = await proposeManifest(await open(), places(), 'app-test/thing', { ...sources, folder: null });
    expect(after).toMatchObject({ isChange: false, distfiles: [{ kind: 'same' }] });
  });

  it('looks for sources where the design says they are', async () => {
    await take();
    const folder = join(dirname(home), 'named');
    mkdirSync(folder);
    writeFileSync(join(folder, 'thing-1.tar.gz'), 'the bytes of the design');
    const named = { ...design, sources: { ...design.sources, folders: [folder] } };
    const opened = await openDesign(named, { home });
    const sources = { home, folder: null, uses: {}, wantsDownload: false };
    const shown = await proposeManifest(opened, places(), 'app-test/thing', sources);
    expect(shown.distfiles.map(({ from }) => from)).toContain(`the folder ${folder}`);
  });

  it('is given up with everything that came for it, which is kept', async () => {
    design = { ...design, repositories: [] };
    await take('app-test/thing', tree);
    const { removed, kept, isEmpty } = removeTaken(places(), 'app-test/thing', now);
    expect(removed).toContain('eclass/own.eclass');
    expect(isEmpty).toBe(true);
    expect(readFileSync(join(kept, 'app-test/thing/thing-1.ebuild'), 'utf8')).toBe(ebuild());
    expect(readTakenEbuilds(places())).toEqual([]);
  });
});

describe('an ebuild that unpacks', () => {
  it.each([
    ['src_unpack() {\n\tdefault\n}', false],
    [`\tunpack \${A}`, false],
    ['\tunpack "$A"', false],
    [`\tunpack \${P}.tar.gz`, true],
    [`\tunpack \${MY_P}.tar.\${SRC_URI_SUFFIX}`, true],
    [`\tunpack "\${DISTDIR}"/data.zip`, true],
    ['# unpack it', false],
    ['unpack_all', false],
  ])('%j by name: %s', (text, expected) => {
    expect(unpacksByName(text)).toBe(expected);
  });
});

describe('files of an overlay', () => {
  it('are written and removed below it, never through a link', () => {
    const top = join(home, 'top');
    mkdirSync(join(home, 'outside'), { recursive: true });
    mkdirSync(top);
    symlinkSync(join(home, 'outside'), join(top, 'way'));
    for (const path of ['way/a', '../a', 'a//b', '', 'a\nb', '/a']) {
      expect(() => writeBelow(top, path, 'x'), path).toThrow();
    }
    expect(() => removeBelow(top, 'way/a')).toThrow(/is a link/);
    writeBelow(top, 'a/b', 'x');
    expect(removeBelow(top, 'a/b')).toBe(true);
    expect(existsSync(join(top, 'a'))).toBe(false);
  });
});

describe('patches of a prefix', () => {
  const text = '--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-1\n+2\n';

  it('are put where eapply_user looks for them', () => {
    const patch = addPatch(home, { package: 'sys-libs/zlib', fileName: '../my fix', text });
    expect(patch).toMatchObject({ fileName: 'my-fix.patch', changes: ['x.c'] });
    expect(readFileSync(join(home, 'etc/portage/patches/sys-libs/zlib/my-fix.patch'), 'utf8')).toBe(text);
    expect(listPatches(home)).toEqual([patch]);
    removePatch(home, 'sys-libs/zlib', 'my-fix.patch');
    expect(listPatches(home)).toEqual([]);
  });

  it.each([
    ['no diff', 'hello'],
    ['out of the sources', text.replaceAll('b/x.c', 'b/../../etc/passwd')],
    ['no folder in front', text.replaceAll('a/x.c', 'x.c')],
  ])('are refused: %s', (_, wrong) => {
    expect(() => addPatch(home, { package: 'sys-libs/zlib', fileName: 'x', text: wrong })).toThrow();
  });

  it.each(['zlib', '../zlib', 'a/b/c', 'sys-libs/..', 'sys-libs/zlib:../x'])('are for no package %s', (name) => {
    expect(() => addPatch(home, { package: name, fileName: 'x', text })).toThrow(/is not a package/);
  });
});
