import { applyEdits, type Design } from '../design';
import { isStudioError } from '../errors';
import { type DesignEdit, type Fix, givesPlan, type PlanResult } from '../resolve/plan';
import { hasPackage, type KnownRepository } from './known-repositories';
import { asking, type OpenedDesign, openDesign } from './open-design';
import { planOpened } from './plan-design';

type Unsolved = Extract<PlanResult, { kind: 'unsolved' }>;

/** Atoms of packages that no repository of the design has. */
export function missingPackages({ derivations }: Unsolved): readonly string[] {
  return derivations.flatMap(({ failure }) => (failure.kind === 'no_such_package' ? [failure.atom] : []));
}

async function tryRepository(opened: OpenedDesign, { name, location }: KnownRepository): Promise<Fix | null> {
  const edit: DesignEdit = { kind: 'add_repository', name, location };
  // the tree is another one now, everything else stays
  const { opened: _, ...options } = opened.options;
  const design: Design = applyEdits(opened.design, [edit]);
  const there = await openDesign(design, { ...options, names: opened.names, isReadAsAsked: true });
  const result = await asking(there, () => planOpened(there, false)).finally(() => there.reading?.close());
  if (result.kind !== 'planned') return null;
  const inStaging = result.plan.packages.filter(({ root, action }) => root === 'staging' && action !== 'remove');
  const taken = inStaging.filter(({ repository }) => repository === name).length;
  const count = (number: number): string => `${number} ${number === 1 ? 'package' : 'packages'}`;
  return {
    edits: [edit],
    title: `Add the repository ${name}`,
    cost: `${count(taken)} of it, from \`${location}\`. Builds ${count(inStaging.filter(({ action }) => action === 'build').length)}.`,
  };
}

/**
 * Known repositories that have one of the missing packages, each as a change of the design that was planned with it; two at the most.
 * Repositories that cannot be read are passed over.
 */
export async function fixesFromElsewhere(
  opened: OpenedDesign,
  missing: readonly string[],
  known: readonly KnownRepository[],
): Promise<readonly Fix[]> {
  const names = new Set(opened.tree.repositories.ordered.map(({ name }) => name));
  const fixes: Fix[] = [];
  for (const repository of known) {
    if (fixes.length === 2) break;
    if (names.has(repository.name)) continue;
    names.add(repository.name);
    if (!missing.some((atom) => hasPackage(repository, atom))) continue;
    try {
      const fix = await tryRepository(opened, repository);
      if (fix !== null) fixes.push(fix);
    } catch (error) {
      if (!isStudioError(error)) throw error;
    }
  }
  return fixes;
}

/** The result with these fixes behind those that it has; what helps in part gives way to them. */
export const withMoreFixes = (result: Unsolved, more: readonly Fix[]): Unsolved =>
  more.length === 0 ? result : { ...result, fixes: [...result.fixes.filter(givesPlan), ...more], noFix: [] };
