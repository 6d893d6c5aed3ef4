import { join } from 'node:path';
import { readContained } from '../host/contained-file';
import { writeFileDurably } from './durable-file';
import { prepareEngineFolders } from './engine-folders';
import { listInstalled, type TargetRoot } from './vdb';

/** Where Portage keeps what was asked for by name, below EROOT. Source: portage(5) */
const worldFolder = 'var/lib/portage';

/** Files of it that only Prefix Studio and Portage write: packages and sets that were asked for, and which of them a design did. */
const worldFiles = { packages: 'world', sets: 'world_sets', record: 'prefix-studio-world.json' } as const;

/** Where these files are, absolute inside the root. */
export const worldPaths = (eprefix: string): ReadonlySet<string> =>
  new Set(Object.values(worldFiles).map((name) => `${eprefix}/${worldFolder}/${name}`));

/** More than a world file of every package that there is. */
const mostBytes = 4 << 20;

/** What stands in the world of a root. Entries are sorted as Portage sorts them. */
export interface World {
  readonly packages: readonly string[];
  /** with their `@` */
  readonly sets: readonly string[];
}

/** A package that was asked for, as the world file names it. */
export interface WorldEntry {
  /** `category/PN`, with `:slot` or `::repository` where the request means just that */
  readonly atom: string;
  /** `category/PF` of the packages that answer it; it is in the world as long as one of them is installed */
  readonly cpvs: readonly string[];
}

/** What a run wants the world of one root to be. */
export interface WorldWish {
  /**
   * `design`: what an earlier design asked for and this one does not leaves the world, what others put there stays;
   * `add`: as `emerge` does, these come to what stands there
   */
  readonly kind: 'design' | 'add';
  readonly packages: readonly WorldEntry[];
  readonly sets: readonly string[];
  /** entries that leave the world, as `emerge --deselect` and `--unmerge` have it; default: none */
  readonly dropped?: readonly string[];
}

const sorted = (items: Iterable<string>): readonly string[] =>
  [...new Set(items)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

function linesOf(target: TargetRoot, name: string): readonly string[] {
  const folder = join(target.root, target.eprefix, worldFolder);
  const answer = readContained(folder, name, mostBytes);
  if (answer.kind !== 'content') return [];
  const rows = answer.data.toString('utf8').split('\n');
  return rows.map((row) => row.replace(/(^|\s)#.*$/, '').trim()).filter((row) => row !== '');
}

/** The world of a root; a file that is missing, or no regular file inside the root, holds nothing. */
export function readWorld(target: TargetRoot): World {
  const lines = linesOf(target, worldFiles.packages);
  const isSet = (line: string): boolean => line.startsWith('@');
  return {
    packages: sorted(lines.filter((line) => !isSet(line))),
    sets: sorted([...linesOf(target, worldFiles.sets), ...lines].filter(isSet)),
  };
}

/** What designs put into the world of a root; all else there was put by `emerge-prefix-…`, an `emerge` or a person. */
function readDesignsWorld(target: TargetRoot): World {
  const none: World = { packages: [], sets: [] };
  const folder = join(target.root, target.eprefix, worldFolder);
  const answer = readContained(folder, worldFiles.record, mostBytes);
  if (answer.kind !== 'content') return none;
  try {
    const found: unknown = JSON.parse(answer.data.toString('utf8'));
    const list = (key: keyof World): readonly string[] => {
      const value = (found as Partial<Record<keyof World, unknown>> | null)?.[key];
      return Array.isArray(value) ? sorted(value.filter((item) => typeof item === 'string')) : [];
    };
    return { packages: list('packages'), sets: list('sets') };
  } catch {
    return none;
  }
}

/** What of the world of a root no design asked for. */
export const foreignWorld = (target: TargetRoot): World => worldWithout(readWorld(target), readDesignsWorld(target));

const asText = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n');
const without = (items: readonly string[], gone: readonly string[]): readonly string[] =>
  items.filter((item) => !gone.includes(item));
const worldWithout = (world: World, gone: World): World => ({
  packages: without(world.packages, gone.packages),
  sets: without(world.sets, gone.sets),
});

/**
 * Brings the world of a root up to date with what is installed there. Each file is replaced in one step, and the record is
 * written so that, wherever it is interrupted, nothing that a person asked for is taken for a design's.
 */
export async function updateWorld(target: TargetRoot, wish: WorldWish): Promise<void> {
  const installed = new Set(await listInstalled(target));
  const world = readWorld(target);
  const own = readDesignsWorld(target);
  const { dropped = [] } = wish;
  const arrived = sorted(
    wish.packages.filter(({ cpvs }) => cpvs.some((cpv) => installed.has(cpv))).map(({ atom }) => atom),
  );
  if (wish.kind === 'add') {
    const packages = sorted([...without(world.packages, dropped), ...arrived]);
    const sets = sorted([...without(world.sets, dropped), ...wish.sets]);
    // what is asked for by name stays when the design no longer asks for it
    await writeRecord(target, own, {
      packages: without(own.packages, [...arrived, ...dropped]),
      sets: without(own.sets, [...wish.sets, ...dropped]),
    });
    await writeWorld(target, world, { packages, sets });
    return;
  }
  const foreign = worldWithout(world, own);
  const packages = sorted([...foreign.packages, ...arrived]);
  const sets = sorted([...foreign.sets, ...wish.sets]);
  const next = worldWithout({ packages: arrived, sets: sorted(wish.sets) }, foreign);
  const both = { packages: sorted([...own.packages, ...next.packages]), sets: sorted([...own.sets, ...next.sets]) };
  const isChanging = !same(world.packages, packages) || !same(world.sets, sets);
  if (isChanging) await writeRecord(target, own, both);
  await writeWorld(target, world, { packages, sets });
  await writeRecord(target, isChanging ? both : own, next);
}

async function writeWorld(target: TargetRoot, before: World, after: World): Promise<void> {
  const folder = join(target.root, target.eprefix, worldFolder);
  if (!same(before.packages, after.packages)) {
    prepareEngineFolders(target);
    await writeFileDurably(join(folder, worldFiles.packages), asText(after.packages));
  }
  if (!same(before.sets, after.sets)) {
    prepareEngineFolders(target);
    await writeFileDurably(join(folder, worldFiles.sets), asText(after.sets));
  }
}

async function writeRecord(target: TargetRoot, before: World, after: World): Promise<void> {
  if (same(before.packages, after.packages) && same(before.sets, after.sets)) return;
  prepareEngineFolders(target);
  const path = join(target.root, target.eprefix, worldFolder, worldFiles.record);
  await writeFileDurably(path, `${JSON.stringify({ packages: after.packages, sets: after.sets })}\n`);
}
