// What the engine costs per package before anything is compiled: node scripts/run.mjs bench/engine.ts [packages]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { executePlan } from '../lib/engine/execute';
import { prefixPlace } from '../lib/engine/prefix-place';
import { parseCpv } from '../lib/pms';
import type { PlannedPackage } from '../lib/resolve/plan';

const count = Number(process.argv[2] ?? 10);
const home = mkdtempSync(join(tmpdir(), 'engine-bench-'));
const place = prefixPlace({ name: 'bench', board: 'amd64-usr', path: '/opt/bench' }, home);
for (const root of [place.stagingEroot, place.finalEroot]) mkdirSync(root, { recursive: true });

const cpvs = Array.from({ length: count }, (_, i) => `app-misc/empty${i}-1`);
const pathOf = (cpv: string): string =>
  join(home, 'overlay', 'app-misc', parseCpv(cpv).pn, `${parseCpv(cpv).pf}.ebuild`);
for (const cpv of cpvs) {
  mkdirSync(dirname(pathOf(cpv)), { recursive: true });
  const install = `src_install() { insinto /usr/share; newins - ${parseCpv(cpv).pn} <<< one; }`;
  writeFileSync(pathOf(cpv), `EAPI=8\nDESCRIPTION="one file"\nSLOT=0\nS="\${WORKDIR}"\n${install}\n`);
}

const planned = (root: 'staging' | 'final', cpv: string): PlannedPackage => ({
  ...parseCpv(cpv),
  id: `${root}|${cpv}`,
  root,
  action: root === 'staging' ? 'build' : 'install',
  cpv,
  version: '1',
  slot: '0',
  subSlot: '0',
  repository: 'bench',
  eapi: '8',
  use: [],
  iuse: [],
  keywords: '',
  license: '',
  description: '',
  requested: true,
  step: 0,
  replaces: null,
  reason: '',
});

const times = process.resourceUsage();
const startedAt = Date.now();
const outcome = await executePlan({
  plan: {
    board: 'amd64-usr',
    prefixPath: '/opt/bench',
    requests: cpvs,
    packages: [...cpvs.map((cpv) => planned('staging', cpv)), ...cpvs.map((cpv) => planned('final', cpv))],
    edges: [],
    warnings: [],
    hash: '',
  },
  place,
  describe: ({ cpv }) => ({
    ebuild: pathOf(cpv),
    repository: 'bench',
    repositoryLocation: join(home, 'overlay'),
    mirrorLocations: [],
    eclassDirs: [],
    metadata: { EAPI: '8', SLOT: '0', DEFINED_PHASES: 'install' },
    use: [],
    iuseImplicit: [],
    isImplicitFlag: () => false,
    variables: {},
  }),
  distDir: join(home, 'distfiles'),
  cacheDir: join(home, 'cache'),
  emit: () => undefined,
});
const wallMs = Date.now() - startedAt;
const used = process.resourceUsage();
const ownMs = (used.userCPUTime + used.systemCPUTime - times.userCPUTime - times.systemCPUTime) / 1000;
rmSync(home, { recursive: true, force: true });
console.log(
  `${outcome.kind}: ${count} packages, ${(wallMs / count).toFixed(0)} ms wall each, ${(ownMs / count).toFixed(0)} ms CPU of the engine itself each (build, pack, merge, install)`,
);
