import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { PhaseRunner } from './__fixtures__/phase-runner';
import { commandRecord, hooksRecord, userHookPaths, userHooks } from './bash-hooks';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

describe.skipIf(sandbox.kind === 'unusable')(`bash around phases${skipped}`, () => {
  let runner: PhaseRunner;
  const bashrcs = (): { repository: string; location: string; path: string }[] =>
    ['profiles/base/profile.bashrc', 'profiles/leaf/profile.bashrc'].map((path) => ({
      repository: 'test',
      location: runner.repository,
      path,
    }));

  beforeAll(() => {
    runner = new PhaseRunner();
    runner.write(
      'repository/profiles/base/profile.bashrc',
      `echo "base \${EBUILD_PHASE}"
source "\${BASH_SOURCE[0]}.more"
[[ \${PN} != ends || \${EBUILD_PHASE} != compile ]] || die "the profile does not want this"
`,
    );
    runner.write(
      'repository/profiles/base/profile.bashrc.more',
      `pre_src_compile() { echo "before in \${PWD##*/}"; CHANGED=1; }
post_src_install() { rm "\${ED}/unwanted" || die; }
post_pkg_postinst() { elog "after postinst of \${PN}"; }
`,
    );
    runner.write('repository/profiles/leaf/profile.bashrc', 'echo "leaf"; return 1\n');
    runner.write('stage/opt/demo/etc/portage/bashrc', 'echo "user"; CFLAGS+=" -DUSER"\n');
    runner.write('stage/opt/demo/etc/portage/env/app-test/hooked', 'echo "env of name"\n');
    runner.write('stage/opt/demo/etc/portage/env/app-test/hooked:0', 'echo "env of slot"\n');
    runner.write('stage/opt/demo/etc/portage/env/app-test/hooked-1', 'echo "env of version"\n');
    runner.write('stage/opt/demo/etc/portage/env/app-test/other', 'echo "env of other"\n');
    runner.ebuild(
      'app-test/hooked-1',
      `declare -A MAP=( [key]="declared outside of functions" )
src_compile() { echo "compiles \${CHANGED} \${MAP[key]} \${CFLAGS}"; }
src_install() { dodir /etc; touch "\${ED}"/{wanted,unwanted} || die; }
`,
    );
    runner.ebuild('app-test/ends-1', 'src_compile() { echo "still alive"; }\n');
  });
  afterAll(() => runner.remove());

  it('is run before each phase, parents of the profile first, then what the user has', async () => {
    const { result, output, buildDir } = await runner.run('app-test/hooked-1', ['setup', 'compile', 'install'], {
      bashrcs: bashrcs(),
      variables: { CFLAGS: '-O2' },
    });
    expect(result, output).toMatchObject({ kind: 'ok' });
    const user = 'leaf\nuser\nenv of name\nenv of slot\nenv of version\n';
    expect(output).toBe(
      `base setup\n${user}base compile\n${user}before in work\n` +
        `compiles 1 declared outside of functions -O2 -DUSER -DUSER\nbase install\n${user}`,
    );
    expect(readdirSync(join(buildDir, 'image/opt/demo')).sort()).toEqual(['etc', 'wanted']);
    expect(readFileSync(join(buildDir, 'build-info/PREFIX_STUDIO_HOOKS'), 'utf8')).toBe('postinst\n');
  });

  it('is run around phases of a merge that the ebuild does not have', async () => {
    const { messages, result, output } = await runner.run('app-test/hooked-1', ['postinst'], {
      bashrcs: bashrcs(),
      environmentFile: join(runner.base, 'tmp/app-test/hooked-1/build-info/environment'),
    });
    expect(result, output).toMatchObject({ kind: 'ok' });
    expect(messages).toEqual([{ level: 'log', phase: 'postinst', text: 'after postinst of hooked' }]);
  });

  it('may end a build', async () => {
    const { result, output } = await runner.run('app-test/ends-1', ['setup', 'compile'], { bashrcs: bashrcs() });
    expect(result).toMatchObject({ kind: 'failed', phase: 'compile', message: 'the profile does not want this' });
    expect(output).not.toContain('still alive');
  });

  it('counts for the build key, with the files beside a profile.bashrc', () => {
    const record = (): string => hooksRecord(bashrcs(), userHooks(runner.eroot, 'app-test/hooked-1', '0/2'));
    const first = record();
    runner.write('stage/opt/demo/etc/portage/env/app-test/other', 'changed');
    expect(record()).toBe(first);
    runner.write('repository/profiles/base/profile.bashrc.more', 'changed');
    const second = record();
    runner.write('stage/opt/demo/etc/portage/env/app-test/hooked', 'changed');
    expect(new Set([first, second, record()]).size).toBe(3);
    const own = userHooks(runner.eroot, 'app-test/hooked-1', '0/2');
    expect(commandRecord(own, {})).toMatch(/^(\S+ [0-9a-f]{64}( |$))+$/);
    expect(commandRecord(own, { CFLAGS: '-O1' })).toMatch(
      / env\/app-test\/hooked [0-9a-f]{64} .*package\.env [0-9a-f]{64}$/,
    );
    expect(commandRecord([], {})).toBe('');
    expect(hooksRecord([], userHooks(join(runner.base, 'none'), 'app-test/hooked-1', '0'))).toBe('');
  });

  it('is not read where it leads out of the configuration', () => {
    const eroot = join(runner.base, 'other');
    mkdirSync(join(eroot, 'etc/portage'), { recursive: true });
    symlinkSync('/etc/passwd', join(eroot, 'etc/portage/bashrc'));
    expect(() => userHooks(eroot, 'app-test/hooked-1', '0')).toThrow(/leads out/);
  });
});

describe('userHookPaths', () => {
  it('names name, slot, version and revision in the order of Portage', () => {
    expect(userHookPaths('dev-lang/lua-5.4.6-r1', '5.4/5.4.6').slice(2)).toEqual([
      'env/dev-lang/lua',
      'env/dev-lang/lua:5.4',
      'env/dev-lang/lua-5.4.6',
      'env/dev-lang/lua-5.4.6-r1',
    ]);
  });
});
