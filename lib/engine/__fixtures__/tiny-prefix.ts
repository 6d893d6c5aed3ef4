import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { removeTree } from '../../host/remove-tree';
import type { PackageNotice, RunEvent } from '../../layout/events';
import { parseCpv } from '../../pms';
import type { Plan, PlanEdge, PlannedPackage } from '../../resolve/plan';
import { describeOrigins, type PlanOrigins } from '../describe-origins';
import type { DescribeEbuild } from '../ebuild-facts';
import { executePlan } from '../execute';
import { type PrefixPlace, prefixPlace } from '../prefix-place';
import type { ExecuteRequest, RunOutcome } from '../run-request';

/** A plan that builds all packages and installs them; `needs` are `from to` pairs in staging. */
export function planOf(
  cpvs: readonly string[],
  needs: readonly (readonly [string, string])[] = [],
  prefixPath = '/opt/demo',
): Plan {
  const edges = needs.map(
    ([from, to]): PlanEdge => ({
      from: `staging|${from}`,
      to: `staging|${to}`,
      class: 'DEPEND',
      atom: to,
      conditions: [],
      soft: false,
    }),
  );
  const packages = [
    ...cpvs.map((cpv) => planned('staging', cpv, 'build')),
    ...cpvs.map((cpv) => planned('final', cpv, 'install')),
  ];
  return { board: 'amd64-usr', prefixPath, requests: cpvs, packages, edges, warnings: [], hash: '' };
}

/** A prefix below a temporary folder, with an overlay of ebuilds that compile nothing, so that tests need no tool chain. */
export class TinyPrefix {
  readonly home = mkdtempSync(join(tmpdir(), 'tiny-prefix-'));
  readonly overlay = join(this.home, 'overlay');
  readonly place: PrefixPlace = prefixPlace({ name: 'demo', board: 'amd64-usr', path: '/opt/demo' }, this.home);
  events: RunEvent[] = [];

  constructor() {
    for (const root of [this.place.stagingEroot, this.place.finalEroot]) mkdirSync(root, { recursive: true });
  }

  remove(): Promise<void> {
    return removeTree(this.home);
  }

  ebuild(cpv: string, body: string, metadata = ''): void {
    const { category, pn, pf } = parseCpv(cpv);
    const path = join(this.overlay, category, pn, `${pf}.ebuild`);
    mkdirSync(dirname(path), { recursive: true });
    const head = `EAPI=8\nDESCRIPTION="${pn}"\nSLOT="0"\nKEYWORDS="amd64"\nS="\${WORKDIR}"\n`;
    writeFileSync(path, `${head}${metadata}\n${body}\n`);
  }

  /** Builds the packages into staging and installs them into final. */
  build(cpvs: readonly string[], more: Partial<ExecuteRequest> = {}): Promise<RunOutcome> {
    return this.execute(planOf(cpvs, [], this.place.path), more);
  }

  /** Carries out a plan; `events` then holds what was said. */
  execute(plan: Plan, more: Partial<ExecuteRequest> = {}): Promise<RunOutcome> {
    this.events = [];
    return executePlan(this.request(plan, more));
  }

  /** Where the packages of a plan would come from. */
  origins({ plan, ...more }: Partial<ExecuteRequest> & { readonly plan: Plan }): Promise<PlanOrigins> {
    return describeOrigins(this.request(plan, more));
  }

  request(plan: Plan, more: Partial<ExecuteRequest>): ExecuteRequest {
    return {
      plan,
      place: this.place,
      describe: this.describe,
      distDir: join(this.home, 'distfiles'),
      cacheDir: join(this.home, 'cache'),
      emit: (event) => void this.events.push(event),
      ...more,
    };
  }

  /** What packages of the last run wanted people to know. */
  notices(): readonly (PackageNotice & { readonly id: string })[] {
    return this.events.flatMap((event) => (event.kind === 'package_notice' ? [{ id: event.id, ...event.notice }] : []));
  }

  readonly describe: DescribeEbuild = (pkg) => {
    const { category, pn, pf } = parseCpv(pkg.cpv);
    const ebuild = join(this.overlay, category, pn, `${pf}.ebuild`);
    const phases = [...readFileSync(ebuild, 'utf8').matchAll(/^\s*(?:src|pkg)_(\w+)\(\)/gm)].map(([, name]) => name);
    return {
      ebuild,
      repository: 'fixture',
      repositoryLocation: this.overlay,
      mirrorLocations: [this.overlay],
      eclassDirs: [],
      metadata: { EAPI: '8', SLOT: '0', KEYWORDS: 'amd64', DESCRIPTION: pn, DEFINED_PHASES: phases.join(' ') },
      use: ['amd64'],
      iuseImplicit: ['amd64'],
      isImplicitFlag: () => false,
      variables: { CFLAGS: '-O2' },
    };
  };
}

/** A package of a plan on the fixture's overlay. */
export function planned(root: 'staging' | 'final', cpv: string, action: PlannedPackage['action']): PlannedPackage {
  const { category, pn, pvr } = parseCpv(cpv);
  return {
    id: `${root}|${cpv}`,
    root,
    action,
    cpv,
    category,
    pn,
    version: pvr,
    slot: '0',
    subSlot: '0',
    repository: 'fixture',
    eapi: '8',
    use: [],
    iuse: [],
    keywords: 'amd64',
    license: '',
    description: '',
    requested: true,
    step: 0,
    replaces: null,
    reason: '',
  };
}
