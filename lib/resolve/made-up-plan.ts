import { parseCpv } from '../pms';
import type { Plan, PlannedPackage, PlanRoot } from './plan';

/** A planned package for tests, `category/PN-VERSION`; `change` says what matters in the test. */
export function madeUpPackage(root: PlanRoot, cpv: string, change: Partial<PlannedPackage> = {}): PlannedPackage {
  const { category, pn, pvr } = parseCpv(cpv);
  return {
    id: `${root}|${cpv}`,
    root,
    action: root === 'final' ? 'install' : 'build',
    cpv,
    category,
    pn,
    version: pvr,
    slot: '0',
    subSlot: '0',
    repository: 'starter',
    eapi: '8',
    use: [],
    iuse: [],
    keywords: 'amd64',
    license: 'MIT',
    description: '',
    requested: false,
    step: 0,
    replaces: null,
    reason: '',
    ...change,
  };
}

/** A plan of such packages for tests. */
export function madeUpPlan(packages: readonly PlannedPackage[], change: Partial<Plan> = {}): Plan {
  return {
    board: 'amd64-usr',
    prefixPath: '/opt/demo',
    requests: [],
    packages,
    edges: [],
    warnings: [],
    hash: '',
    ...change,
  };
}
