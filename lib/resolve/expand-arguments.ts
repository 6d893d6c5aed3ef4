import { parseAtom } from '../pms';
import { Argument } from './arguments';
import type { Root } from './package';
import { blockerPriority } from './priority';
import type { Run } from './run';

const nestedIn: Readonly<Record<string, readonly string[]>> = {
  world: ['profile', 'selected', 'system'],
  selected: ['selected-sets'],
};

/** A set as an argument; null when the root has no such set. */
export function setArgument(root: Root, name: string, options?: Argument['options']): Argument | null {
  const source = name === 'selected' ? 'selected-packages' : name;
  if (name === 'world') return new Argument('set', name, root, [], nestedIn.world ?? [], options);
  const lines = root.configuration.set(source);
  if (lines === null) return null;
  const atoms = lines
    .filter((line) => !line.startsWith('@'))
    .map((line) => parseAtom(line, { allowRepository: true, allowWildcard: true }));
  const nested = [
    ...lines.filter((line) => line.startsWith('@')).map((line) => line.slice(1)),
    ...(nestedIn[name] ?? []),
  ];
  return new Argument('set', name, root, atoms, nested, options);
}

/** The arguments with the sets inside their sets; `intoGraph`: each becomes a node. */
export function expandArguments(run: Run, given: readonly Argument[], intoGraph: boolean): Argument[] {
  const all: Argument[] = [];
  const seen = new Set<string>();
  for (const argument of given) {
    const stack = [argument];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (next.type === 'set') {
        if (seen.has(next.key)) continue;
        seen.add(next.key);
        next = run.arguments.get(next.key) ?? next;
        if (intoGraph) {
          run.arguments.set(next.key, next);
          run.graph.add(next, null, blockerPriority);
        }
      }
      all.push(next);
      for (const name of [...next.nested].sort()) {
        const fresh = setArgument(next.root, name, next.options);
        if (fresh === null) continue;
        const nested = run.arguments.get(fresh.key) ?? fresh;
        stack.push(nested);
        if (intoGraph) {
          run.arguments.set(nested.key, nested);
          run.graph.add(nested, next, blockerPriority);
        }
      }
    }
  }
  return all;
}
