import { describe, expect, it } from 'vitest';
import { madeUpPackage, madeUpPlan } from '@/lib/resolve/made-up-plan';
import type { Plan, PlanAction, PlannedPackage, PlanRoot } from '@/lib/resolve/plan';
import { buildLabel, countPlan, planSentence } from './counts';

const entry = (root: PlanRoot, action: PlanAction, pn: string): PlannedPackage =>
  madeUpPackage(root, `app-misc/${pn}-1`, { action });
const plan = (...packages: PlannedPackage[]): Plan => madeUpPlan(packages);

describe('the words of a plan', () => {
  const first = plan(
    entry('host', 'provided', 'make'),
    entry('staging', 'build', 'a'),
    entry('staging', 'reuse', 'b'),
    entry('final', 'install', 'a'),
  );
  it('count what is built, not what is listed', () => {
    expect(countPlan(first)).toEqual({ build: 1, reuse: 1, install: 1, kept: 1, remove: 0 });
    expect(buildLabel(first, true)).toBe('Build 1 package');
    expect(buildLabel(first, false)).toBe('Build: what is missing');
    expect(planSentence(first)).toBe('2 in staging (1 to build, 1 reused), 1 ship in final');
  });
  it('say when nothing is compiled', () => {
    expect(buildLabel(plan(entry('staging', 'reuse', 'a'), entry('final', 'install', 'a')), true)).toBe(
      'Assemble from 2 built packages',
    );
    expect(buildLabel(plan(entry('final', 'keep', 'a')), true)).toBe('Prove and pack again');
  });
  it('tell of what is only removed', () => {
    const removal = plan(entry('staging', 'remove', 'old'), entry('final', 'keep', 'a'));
    expect(buildLabel(removal, true)).toBe('Remove 1 package');
    expect(planSentence(removal)).toBe('0 in staging, 1 ship in final, 1 removed');
  });
});
