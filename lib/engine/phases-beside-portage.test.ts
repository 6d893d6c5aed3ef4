import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { PhaseRunner } from './__fixtures__/phase-runner';
import type { EbuildPhase } from './phase-contract';

/** A checkout of gentoo/portage, which runs from where it stands. */
const checkout = process.env.PREFIX_STUDIO_EMERGE ?? '';
const ebuildProgram = join(checkout, 'bin/ebuild');
const sandbox = await probeSandbox();
const isReady = checkout !== '' && existsSync(ebuildProgram) && sandbox.kind !== 'unusable';

const phases: readonly EbuildPhase[] = ['setup', 'unpack', 'prepare', 'configure', 'compile', 'install'];

const bashrc = `echo "@\${EBUILD_PHASE} base \${BASH_SOURCE[0]##*/}"
for hook in {pre,post}_{pkg_setup,src_{unpack,prepare,configure,compile,install}}; do
	eval "\${hook}() { echo \\"@\\\${EBUILD_PHASE} \${hook} in \\\${PWD##*/}\\"; }"
done
`;

const ebuild = `LICENSE=MIT
KEYWORDS=amd64
IUSE="flag"
declare -A MAP=( [key]="kept" )
src_unpack() { echo one > file; mkdir docs; seq 400 > docs/page; seq 400 > docs/pic.png; gzip -nk docs/page; seq 300 > tool.1; }
src_compile() { echo "@compile \${MAP[key]} \${CFLAGS} <$(cat file)> $(usev flag) $(usex flag yes no)"; }
src_install() {
	echo "@install \${FEATURES//*/}\${PF} \${PVR} \${PR} \${EBUILD_PHASE_FUNC}"
	newbin file tool
	dosym -r /usr/share/\${PN}/docs/page /usr/bin/link
	insinto /usr/share/\${PN}; doins -r docs
	dodoc docs/page docs/pic.png file
	newdoc docs/page.gz packed.gz
	docinto html; dodoc docs/page
	doman tool.1; newman tool.1 other.3; dosym tool.1 /usr/share/man/man1/alias.1
	keepdir /var/empty
	exeinto /usr/libexec; doexe file; insopts -m0600; insinto /etc; newins file conf
	fperms 0750 /usr/bin/tool
	newins - from-stdin <<< text
	docompress /usr/share/\${PN}/docs
	docompress -x /usr/share/\${PN}/docs/page
	: > "\${ED}/usr/share/\${PN}/empty"
}
`;

/** What an image holds: modes, links, and the text of what is not compressed. */
function contents(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    const full = join(root, path);
    const info = lstatSync(full);
    if (info.isSymbolicLink()) return [`${path} -> ${readlinkSync(full)}`];
    if (info.isDirectory()) return [`${path}/`, ...contents(root, path)];
    const text = /\.(bz2|gz|png)$/.test(name) ? '' : readFileSync(full, 'utf8').slice(0, 20);
    return [`${path} ${(info.mode & 0o7777).toString(8)} ${text}`];
  });
}

const said = (output: string): string[] =>
  output.split('\n').filter((line) => phases.some((phase) => line.startsWith(`@${phase} `)));

describe.skipIf(!isReady)('phases beside a real Portage', () => {
  let runner: PhaseRunner;
  beforeAll(() => {
    runner = new PhaseRunner();
    const repository: Readonly<Record<string, string>> = {
      'profiles/repo_name': 'test\n',
      'profiles/categories': 'app-test\n',
      'profiles/arch.list': 'amd64\n',
      'profiles/base/eapi': '8\n',
      'profiles/base/make.defaults': 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nCHOST="x86_64-pc-linux-gnu"\nUSE="flag"\n',
      'profiles/base/profile.bashrc': bashrc,
      'profiles/leaf/eapi': '8\n',
      'profiles/leaf/parent': '../base\n',
      'profiles/leaf/profile.bashrc': 'echo "@$EBUILD_PHASE leaf"; return 1\n',
      'metadata/layout.conf': 'masters =\nthin-manifests = true\n',
      'licenses/MIT': 'text\n',
    };
    for (const [path, text] of Object.entries(repository)) runner.write(`repository/${path}`, text);
    runner.ebuild('app-test/both-1-r2', ebuild);
    const change = (from: string, to: string): string => `--- a/file\n+++ b/file\n@@ -1 +1 @@\n-${from}\n+${to}\n`;
    const configuration: Readonly<Record<string, string>> = {
      bashrc: 'echo "@$EBUILD_PHASE user"; CFLAGS+=" -DUSER"\n',
      'env/app-test/both': 'echo "@$EBUILD_PHASE env name"\n',
      'env/app-test/both:0': 'echo "@$EBUILD_PHASE env slot"\n',
      'env/app-test/both-1': 'echo "@$EBUILD_PHASE env version"\n',
      'env/app-test/both-1-r2': 'echo "@$EBUILD_PHASE env revision"\n',
      'patches/app-test/both/b.patch': change('two', 'three'),
      'patches/app-test/both-1/a.patch': change('one', 'two'),
      'patches/app-test/both-1-r2:0/b.patch': change('two', 'closest'),
    };
    for (const [path, text] of Object.entries(configuration)) {
      for (const root of ['stage/opt/demo', 'portage']) runner.write(`${root}/etc/portage/${path}`, text);
    }
    const conf = [
      'sandbox',
      'usersandbox',
      'userpriv',
      'ipc-sandbox',
      'network-sandbox',
      'pid-sandbox',
      'mount-sandbox',
    ];
    const portage = join(runner.base, 'portage');
    runner.write(
      'portage/etc/portage/repos.conf',
      `[DEFAULT]\nmain-repo = test\n[test]\nlocation = ${runner.repository}\n`,
    );
    runner.write(
      'portage/etc/portage/make.conf',
      `DISTDIR="${portage}/dist"\nPORTAGE_TMPDIR="${portage}/tmp"\nPKGDIR="${portage}/pkg"\nCFLAGS="-O2"\nFEATURES="-${conf.join(' -')}"\n`,
    );
    for (const name of ['dist', 'tmp', 'pkg']) mkdirSync(join(portage, name));
    symlinkSync(join(runner.repository, 'profiles/leaf'), join(portage, 'etc/portage/make.profile'));
  });
  afterAll(() => runner.remove());

  it('run the same bash in the same order and leave the same image', async () => {
    const portage = join(runner.base, 'portage');
    const file = join(runner.repository, 'app-test/both/both-1-r2.ebuild');
    const theirs = spawnSync('python3', [ebuildProgram, file, 'install'], {
      encoding: 'utf8',
      env: { ...process.env, HOME: runner.base, PORTAGE_CONFIGROOT: portage, NO_COLOR: '1' },
    });
    expect(theirs.status, theirs.stdout + theirs.stderr).toBe(0);
    const bashrcs = ['profiles/base/profile.bashrc', 'profiles/leaf/profile.bashrc'].map((path) => ({
      repository: 'test',
      location: runner.repository,
      path,
    }));
    const ours = await runner.run('app-test/both-1-r2', phases, {
      bashrcs,
      use: ['amd64', 'flag'],
      variables: { CFLAGS: '-O2' },
    });
    expect(ours.result, ours.output).toMatchObject({ kind: 'ok' });
    expect(said(ours.output)).toEqual(said(theirs.stdout + theirs.stderr));
    expect(said(ours.output).length).toBeGreaterThan(50);
    expect(contents(join(ours.buildDir, 'image/opt/demo'))).toEqual(
      contents(join(portage, 'tmp/portage/app-test/both-1-r2/image')),
    );
  });
});
