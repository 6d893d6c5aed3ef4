import { posix } from 'node:path';
import { type PackageMove, parseMove } from '../pms';
import type { FileTree } from './file-tree';
import type { Repository } from './repositories';

/** Files are named `1Q-2024`; older quarters come first. */
function quarterOrder(name: string): number {
  const match = /^([1-4])Q-(\d{4})$/.exec(name);
  return match ? Number(match[2]) * 4 + Number(match[1]) : Number.NaN;
}

/** The moves of a repository, oldest first. Source: PMS 4.4.4. */
export function readPackageMoves(tree: FileTree, repository: Repository): PackageMove[] {
  const folder = posix.join(repository.location, 'profiles/updates');
  return tree
    .list(folder)
    .filter((name) => !Number.isNaN(quarterOrder(name)))
    .sort((a, b) => quarterOrder(a) - quarterOrder(b))
    .flatMap((name) => (tree.readText(posix.join(folder, name)) ?? '').split('\n'))
    .flatMap((line) => parseMove(line) ?? []);
}

/** The present name of a package that was moved, maybe several times; null when it was not. */
export function movedName(qualifiedName: string, moves: readonly PackageMove[]): string | null {
  let name = qualifiedName;
  for (const move of moves) if (move.kind === 'move' && move.from === name) name = move.to;
  return name === qualifiedName ? null : name;
}
