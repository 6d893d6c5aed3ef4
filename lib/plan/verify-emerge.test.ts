import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeUpPackage, madeUpPlan } from '../resolve/made-up-plan';
import type { PlannedPackage } from '../resolve/plan';
import { parsePretend } from './emerge-pretend';
import { comparePlans, verifyWithEmerge } from './verify-emerge';

const eroot = '/build/prefix-amd64-usr/demo/root/opt/demo';
const output = `
These are the packages that would be merged, in order:

Calculating dependencies ... done!
[ebuild  N     ] dev-libs/libyaml-0.2.5::portage-stable to ${eroot}/ USE="-doc -static-libs -test" 0 KiB
[ebuild  NS    ] dev-lang/python-3.12.13_p1:3.12::portage-stable [2.7.18_p16_p2:2.7::portage-stable] to ${eroot}/ USE="ssl* (-jit%) {-test}" PYTHON_TARGETS="python3_12 -python3_11" 0 KiB
[binary   R    ] app-arch/bzip2-1.0.8-r5-2:0/1::portage-stable to ${eroot}/ USE="-static" 0 KiB
[ebuild     U  ] sys-apps/texinfo-7.2::portage-stable [7.1::portage-stable] USE="nls" 0 KiB
[blocks b      ] prefix-test/onefile ("prefix-test/onefile" is hard blocking prefix-test/blocker-1)
Total: 4 packages
`;

const planned = (cpv: string, iuse: readonly string[], use: readonly string[]): PlannedPackage =>
  madeUpPackage('staging', cpv, { repository: 'portage-stable', iuse, use });

describe("emerge's list of packages", () => {
  const lines = parsePretend(output);

  it('is read with slot, repository, root and expanded flags', () => {
    expect(lines.map(({ kind, cpv, slot, eroot: root }) => [kind, cpv, slot, root])).toEqual([
      ['ebuild', 'dev-libs/libyaml-0.2.5', null, eroot],
      ['ebuild', 'dev-lang/python-3.12.13_p1', '3.12', eroot],
      ['binary', 'app-arch/bzip2-1.0.8-r5', '0/1', eroot],
      ['ebuild', 'sys-apps/texinfo-7.2', null, null],
    ]);
    expect(Object.fromEntries(lines[1]?.use ?? [])).toEqual({
      ssl: true,
      jit: false,
      test: false,
      python_targets_python3_12: true,
      python_targets_python3_11: false,
    });
  });

  it('is compared with our plan package by package, flags only where shown', () => {
    const ours = madeUpPlan([
      planned('dev-libs/libyaml-0.2.5', ['doc', 'static-libs', 'test', 'abi_x86_64'], ['abi_x86_64']),
      planned('dev-lang/python-3.12.13_p1', ['ssl', 'jit', 'python_targets_python3_12'], ['python_targets_python3_12']),
      planned('dev-libs/expat-2.6', [], []),
    ]);
    expect(comparePlans(ours, lines, eroot)).toEqual([
      {
        kind: 'use',
        cpv: 'dev-lang/python-3.12.13_p1',
        ours: ['python_targets_python3_12'],
        emerge: ['ssl', 'python_targets_python3_12'],
      },
      { kind: 'only-ours', cpv: 'dev-libs/expat-2.6' },
      { kind: 'only-emerge', cpv: 'app-arch/bzip2-1.0.8-r5', eroot },
      // a package on the host is a difference too: our plans build nothing there
      { kind: 'only-emerge', cpv: 'sys-apps/texinfo-7.2', eroot: null },
    ]);
  });
});

describe('verifying with emerge', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'emerge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const request = (emerge: readonly string[]) => ({
    result: { kind: 'planned' as const, plan: madeUpPlan([planned('dev-libs/libyaml-0.2.5', [], [])]) },
    hostRoot: null,
    metadataCache: null,
    atoms: ['dev-libs/libyaml'],
    eprefix: '/opt/demo',
    stagingRoot: '/build/prefix-amd64-usr/demo/root',
    cbuild: 'x86_64-pc-linux-gnu',
    emerge,
    readable: [],
    repositories: [],
    writable: folder,
  });

  it('says so where there is no Portage', async () => {
    expect(await verifyWithEmerge(request([join(folder, 'emerge')]))).toMatchObject({ kind: 'no-emerge' });
  });

  it('hands the roots over in the environment and atoms behind `--`', async () => {
    const script = join(folder, 'emerge');
    writeFileSync(
      script,
      `#!/bin/sh\necho "[ebuild N ] dev-libs/libyaml-0.2.5 to $ROOT$EPREFIX/"\necho "$PORTAGE_CONFIGROOT $SYSROOT $*" > ${folder}/seen\n`,
      { mode: 0o755 },
    );
    expect(await verifyWithEmerge(request([script]))).toMatchObject({ kind: 'agrees', packages: 1 });
    expect(readFileSync(join(folder, 'seen'), 'utf8')).toBe(
      `${eroot} /build/prefix-amd64-usr/demo/root --pretend --verbose --color=n --nospinner --ignore-default-opts -- dev-libs/libyaml\n`,
    );
  });

  it.each([
    'emerge: there are no ebuilds to satisfy "a/b" for /.',
    'emerge: there are no ebuilds built with USE flags to satisfy "a/b[c]" for /.',
    'emerge: there are no binary packages to satisfy "a/b" for /.',
    'emerge: there are no sets to satisfy "tools".',
    '!!! The short ebuild name "bzip2" is ambiguous. Please specify',
    '!!! All ebuilds that could satisfy "a/b" have been masked.',
  ])('keeps the last words of a refusal: %s', async (words) => {
    const script = join(folder, 'emerge');
    writeFileSync(script, `#!/bin/sh\necho '${words}'\nexit 1\n`, { mode: 0o755 });
    expect(await verifyWithEmerge(request([script]))).toMatchObject({ kind: 'emerge-refused', output: words });
  });
});
