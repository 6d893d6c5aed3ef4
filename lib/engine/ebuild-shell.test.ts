import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeSandbox } from '../host/sandbox-probe';
import { PhaseRunner } from './__fixtures__/phase-runner';
import { newestShell, shellFor } from './ebuild-shell';

const sandbox = await probeSandbox();
const skipped = sandbox.kind === 'unusable' ? ` (skipped: ${sandbox.reason})` : '';

describe('the bash that runs ebuilds', () => {
  it('is that of this machine for what it can run, and the newest there is for the rest', () => {
    const home = mkdtempSync(join(tmpdir(), 'no-shell-'));
    expect(shellFor('8', home).path).toBe('/bin/bash');
    expect(shellFor('9', home)).toEqual(newestShell(home));
    expect(shellFor('banana', home).path).toBe('/bin/bash');
    rmSync(home, { recursive: true });
  });
});

describe.skipIf(sandbox.kind === 'unusable')(`ebuilds of EAPI 9${skipped}`, () => {
  let runner: PhaseRunner;
  beforeAll(() => {
    runner = new PhaseRunner();
    runner.ebuild(
      'app-test/nine-1',
      `pkg_setup() {
	ver_replacing -lt 2 && echo "replaces an older one"
}
src_compile() {
	edo true
	true | false | true
	pipestatus && die "pipestatus did not see it"
	text=a; [[ \${text/a/<&>} == "<a>" ]] && echo "with & in replacements"
	[[ $(declare -p T) == "declare -- "* ]] && echo "variables are not exported"
	type -t domo assert | sort -u
}
src_install() { keepdir /etc; domo nothing; }
`,
      '9',
    );
  });
  afterAll(() => runner.remove());

  it('run with a bash that is new enough, or say how to get one', async () => {
    const change = { eapi: '9', replacingVersions: ['1.5'] };
    const { result, output } = await runner.run('app-test/nine-1', ['setup', 'compile', 'install'], change);
    if (newestShell().version < '5.3') {
      expect(result).toMatchObject({
        kind: 'failed',
        message: expect.stringContaining('EAPI 9 needs bash 5.3'),
        hint: expect.stringContaining('prefix-studio build-bash'),
      });
      return;
    }
    expect(result, output).toMatchObject({ kind: 'failed', phase: 'install', message: 'domo: banned in EAPI 9' });
    expect(output).toContain('replaces an older one\n');
    expect(output).toContain('with & in replacements\nvariables are not exported\nfunction\n');
  });

  it.skipIf(newestShell().version < '5.3')('ask what they replace only where that is known', async () => {
    runner.ebuild('app-test/late-1', 'src_compile() { ver_replacing -lt 2; }', '9');
    const change = { eapi: '9', replacingVersions: ['1.5'] };
    const { result, output } = await runner.run('app-test/late-1', ['compile'], change);
    expect(result, output).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('ver_replacing: nothing is'),
    });
  });
});
