import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits, type Design, designSchema } from '../lib/design';
import { executeOpened, placeOfOpened, setUpOpened } from '../lib/drivers/embedded/embedded-engine';
import { dataHome, homeLayout } from '../lib/home';
import { probeSandbox } from '../lib/host/sandbox-probe';
import { provePrefix } from '../lib/inspect';
import type { RunEvent } from '../lib/layout/events';
import { buildObstacle } from '../lib/plan/build-obstacle';
import { type OpenedDesign, openDesign } from '../lib/plan/open-design';
import { planOpened } from '../lib/plan/plan-design';
import { planSources } from '../lib/plan/plan-sources';
import { sourceFixes } from '../lib/plan/source-fixes';
import { addTree, listTrees } from '../lib/plan/trees';
import { findFlatcarOverlays } from '../lib/repo';
import type { Plan } from '../lib/resolve/plan';
import { hostShells } from '../lib/sysext/host-shells';

/** Does a tree have ebuilds, and not their metadata only? */
function hasEbuilds(folder: string): boolean {
  try {
    const { portageStable } = findFlatcarOverlays(folder);
    return readdirSync(join(portageStable, 'app-arch/bzip2')).some((name) => name.endsWith('.ebuild'));
  } catch {
    return false;
  }
}

/**
 * A whole checkout of flatcar/scripts; its ebuilds are not ours to keep, so the test runs where somebody has one: named by
 * PREFIX_STUDIO_FLATCAR, or added as a tree.
 */
const checkout =
  process.env.PREFIX_STUDIO_FLATCAR ??
  listTrees()
    .map(({ folder }) => folder)
    .find(hasEbuilds) ??
  '';
const sandbox = await probeSandbox();

/** One of every family: make, Meson, autoreconf, CMake, Meson with a Python of the build machine, configure. */
const packages = [
  'app-arch/bzip2',
  'app-arch/lz4',
  'dev-libs/libyaml',
  'sys-process/tini',
  'dev-libs/jsoncpp',
  'sys-libs/gdbm',
];

/** Sources that were fetched on this machine before need not be fetched again; each is compared with its Manifest all the same. */
function takeKnownSources(folder: string): void {
  const known = homeLayout(dataHome()).distfiles;
  if (!existsSync(known)) return;
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(known, { withFileTypes: true })) {
    if (entry.isFile()) copyFileSync(join(known, entry.name), join(folder, entry.name), constants.COPYFILE_FICLONE);
  }
}

function planned(opened: OpenedDesign): Plan {
  const result = planOpened(opened);
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result.derivations[0]?.failure));
  return result.plan;
}

describe.skipIf(checkout === '' || sandbox.kind === 'unusable')('unmodified ebuilds of Flatcar', () => {
  let home: string;
  let opened: OpenedDesign;
  let plan: Plan;
  const events: RunEvent[] = [];
  const failures = (): (RunEvent & { readonly kind: 'package_failed' })[] =>
    events.filter((event) => event.kind === 'package_failed');
  /** Sources that nobody has say nothing about the engine. */
  const isUnfetched = (): boolean => failures().length > 0 && failures().every(({ phase }) => phase === 'fetch');

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'unmodified-'));
    addTree('flatcar', checkout, home);
    takeKnownSources(homeLayout(home).distfiles);
    const wanted: Design = designSchema.parse({
      name: 'unmodified',
      board: process.arch === 'arm64' ? 'arm64-usr' : 'amd64-usr',
      path: '/opt/unmodified',
      tree: 'flatcar',
      toolchain: 'host',
      packages,
      package_use: { 'sys-libs/gdbm': ['-readline'] },
      make_conf: { CFLAGS: '-O0 -pipe', CXXFLAGS: '-O0 -pipe' },
    });
    opened = await openDesign(wanted, { home });
    plan = planned(opened);
    // other versions do where the sources of the newest cannot be had
    const fix = (await sourceFixes(opened, plan, await planSources(opened, plan))).at(-1);
    if (fix) {
      opened = await openDesign(applyEdits(wanted, fix.edits), { home });
      plan = planned(opened);
    }
    await setUpOpened(opened, { home });
    await executeOpened(opened, plan, { home, keepGoing: true, emit: (event) => void events.push(event) });
  }, 900_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('have what they need on this machine', () => {
    expect(buildObstacle(opened, plan)).toBeNull();
  });

  it('are compiled, merged and installed', (context) => {
    if (isUnfetched())
      context.skip(
        `no sources: ${failures()
          .map(({ message }) => message)
          .join('; ')
          .slice(0, 300)}`,
      );
    expect(failures().map(({ id, phase, message }) => `${id} ${phase}: ${message}`)).toEqual([]);
    const done = events.flatMap((event) => (event.kind === 'package_finished' ? [event.id] : []));
    for (const { id } of plan.packages.filter(({ root }) => root !== 'host')) expect(done).toContain(id);
  });

  it('leave a prefix that stands for itself', async (context) => {
    if (isUnfetched()) context.skip('no sources');
    const place = placeOfOpened(opened);
    const checks = await provePrefix({
      finalRoot: place.finalRoot,
      eprefix: place.path,
      board: opened.design.board,
      buildPaths: [place.stagingDir, place.finalDir].map((folder) => folder.replace(/\/$/, '')),
      hostShells: hostShells(opened.design.sysext),
      cLibrary: { version: opened.toolchain.glibc, summary: opened.toolchain.summary },
      smoke: [
        ['bin/bzip2', '--help'],
        ['usr/bin/tini', '--version'],
      ],
    });
    const broken = checks.filter(({ ok, skipped }) => !ok && skipped === undefined);
    expect(broken.map(({ summary, findings }) => ({ summary, findings }))).toEqual([]);
  });
});
