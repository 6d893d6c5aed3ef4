import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Design, validateDesign } from '../../lib/design';
import { addTree, openDesign, planBootstrap, planDesign } from '../../lib/plan';
import type { BootstrapPlan } from '../../lib/plan/bootstrap-report';
import { exportMinimalTree } from '../../lib/plan/minimal-tree';
import type { DesignPlan } from '../../lib/plan/plan-design';
import { recorded } from './data';

const folder = mkdtempSync(join(tmpdir(), 'fidelity-'));
const home = join(folder, 'home');
beforeAll(() => {
  addTree('flatcar', recorded('flatcar'), home);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const python = { PYTHON_TARGETS: 'python3_12', PYTHON_SINGLE_TARGET: 'python3_12' };

function design(packages: readonly string[], more: Readonly<Record<string, unknown>> = {}): Design {
  const wanted = {
    name: 'demo',
    board: 'amd64-usr',
    path: '/opt/demo',
    packages,
    tree: 'flatcar',
    toolchain: 'sdk',
    ...more,
  };
  const result = validateDesign(wanted);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.design;
}

describe('bootstraps on the Flatcar overlays', () => {
  /** packages of each stage in staging */
  const numbers = (plan: BootstrapPlan): number[] =>
    plan.stages.map(({ outcome }) =>
      outcome.kind === 'planned' ? outcome.packages.filter(({ root }) => root === 'staging').length : 0,
    );

  it('plans up to the compiler, and names the three atoms of @system that cannot be had', async () => {
    const opened = await openDesign(design(['prefix/prefix-final']), { home });
    const plan = planBootstrap(opened, 'cross', { wantsFixes: false });
    expect(numbers(plan)).toEqual([1, 2, 5, 11, 0, 0]);
    const outcome = plan.stages.find(({ id }) => id === 'system')?.outcome;
    expect(outcome?.kind === 'unsolved' && outcome.lacking.map(({ atom }) => atom)).toEqual([
      'virtual/man',
      'virtual/package-manager',
      'net-mail/mailbase',
    ]);
  });

  it('refuses to leave out what is not there, and says how it is written', async () => {
    const opened = await openDesign(design(['prefix/prefix-final']), { home });
    const leave = (atom: string) => () => planBootstrap(opened, 'cross', { without: [atom], wantsFixes: false });
    expect(leave('virtual/man,net-mail/mailbase')).toThrow('is not in @system');
    expect(leave('>=virtual/man-1')).toThrow(
      expect.objectContaining({ hint: 'Write it as the profile does: `virtual/man`.' }),
    );
  });

  // the numbers are those of a real Portage, asked stage by stage with the earlier stages installed
  it.each(['amd64-usr', 'arm64-usr'])(
    'plans to the end for %s with Python 3.12 and a shorter @system',
    async (board) => {
      const opened = await openDesign(design(['prefix/prefix-final'], { board, make_conf: python }), { home });
      const plan = planBootstrap(opened, 'cross', { without: ['net-mail/mailbase', 'virtual/man'] });
      expect(numbers(plan)).toEqual([1, 2, 5, 11, 71, 1]);
    },
  );
});

describe('planning on the Flatcar overlays', () => {
  function planned(plan: DesignPlan) {
    if (plan.kind !== 'planned') throw new Error(JSON.stringify(plan.derivations, null, 1));
    return plan.plan;
  }

  it.each(['prefix/prefix-final', 'dev-lang/python', 'sys-apps/less'])(
    'plans %s, and the same on its minimal tree',
    async (atom) => {
      const wanted = design([atom], { make_conf: python });
      const plan = await planDesign(wanted, { home });
      const place = join(folder, `flatcar-${atom.replace('/', '-')}`);
      exportMinimalTree(plan.opened, planned(plan), place);
      const other = join(folder, `home-${atom.replace('/', '-')}`);
      addTree('flatcar', place, other);
      expect(planned(await planDesign(wanted, { home: other })).hash).toBe(planned(plan).hash);
    },
  );

  it('keeps what the assumed SDK has, once worked out', async () => {
    const before = await planDesign(design(['sys-apps/less']), { home });
    expect(before.opened.host.installed('dev-lang/perl')).toHaveLength(1);
    expect(readdirSync(join(home, 'cache/host'))).toHaveLength(1);
  });
});
