import {
  type Atom,
  changeAtom,
  compareVersions,
  evaluateDependency,
  formatDependency,
  matchesAtom,
  parseDependency,
  tryParseCpv,
} from '../pms';
import type { DependencyNode } from '../pms/dependency';
import { type DependencyClass, dependencyClasses } from '../pms/dependency-class';
import { eapi, isKnownEapi } from '../pms/eapi';
import type { TargetRoot } from './vdb';
import { listInstalled, readEntryFile } from './vdb';

/** An installed package as slot operators are bound to it. */
interface Provider {
  readonly cpv: string;
  readonly slot: string;
  readonly subSlot: string;
}

async function bestProvider(target: TargetRoot, atom: Atom): Promise<Provider | null> {
  let best: (Provider & { readonly version: NonNullable<ReturnType<typeof tryParseCpv>>['version'] }) | null = null;
  for (const cpv of await listInstalled(target)) {
    const parsed = tryParseCpv(cpv);
    if (parsed?.qualifiedName !== atom.qualifiedName) continue;
    const [slot = '0', subSlot = slot] = ((await readEntryFile(target, cpv, 'SLOT')) || '0').split('/');
    const bare = { ...atom, useDeps: [], unevaluated: null };
    if (!matchesAtom(bare, { qualifiedName: parsed.qualifiedName, version: parsed.version, slot, subSlot })) continue;
    if (!best || compareVersions(parsed.version, best.version) > 0)
      best = { cpv, slot, subSlot, version: parsed.version };
  }
  return best;
}

/** Replaces `:=` and `:slot=` by the slot and sub-slot built against; atoms without a provider stay as written. */
async function bindNode(node: DependencyNode, target: TargetRoot): Promise<DependencyNode> {
  if (node.kind !== 'atom') {
    return {
      ...node,
      children: await Promise.all(node.children.map((child) => bindNode(child, target))),
    } as DependencyNode;
  }
  if (node.atom.slotOperator !== '=' || node.atom.blocker !== null) return node;
  const provider = await bestProvider(target, node.atom);
  if (!provider) return node;
  return { kind: 'atom', atom: changeAtom(node.atom, { slot: provider.slot, subSlot: provider.subSlot }) };
}

/**
 * The dependency strings of a package as they are recorded when it was built: USE conditionals evaluated, slot operators
 * bound to what was installed where each class is looked for. Source: PMS 8.3.3 (the bound form is Portage's).
 */
export async function bindDependencies(
  metadata: Readonly<Record<string, string>>,
  use: ReadonlySet<string>,
  targets: Readonly<Record<DependencyClass, TargetRoot | null>>,
): Promise<ReadonlyMap<DependencyClass, string>> {
  const name = metadata.EAPI || '0';
  const rules = isKnownEapi(name) ? eapi(name) : undefined;
  const bound = new Map<DependencyClass, string>();
  for (const dependencyClass of dependencyClasses) {
    const text = metadata[dependencyClass] ?? '';
    if (text.trim() === '') continue;
    const evaluated = evaluateDependency(parseDependency(text, { eapi: rules }), use, rules);
    const target = targets[dependencyClass];
    bound.set(dependencyClass, formatDependency(target ? await bindNode(evaluated, target) : evaluated));
  }
  return bound;
}
