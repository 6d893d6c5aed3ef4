import { parseAtom } from '../pms/atom';
import { tryParseCpv } from '../pms/cpv';
import type { Eapi } from '../pms/eapi';
import { type MatchTarget, matchesAtom } from '../pms/match';
import { compareVersions } from '../pms/version';
import { listInstalled, readEntryFile, type TargetRoot } from './vdb';

/** Where `has_version` looks: `-b`, `-d` and `-r`. */
export type QueryRoot = 'broot' | 'sysroot' | 'root';

export type QueryAnswer =
  /** null: nothing matches */
  { readonly kind: 'best'; readonly cpv: string | null } | { readonly kind: 'invalid'; readonly message: string };

export interface QueryPlaces {
  readonly broot: TargetRoot;
  readonly sysroot: TargetRoot;
  readonly root: TargetRoot;
  /** `category/PF:slot` that the build machine provides without a package database; without a slot: `0` */
  readonly provided: readonly string[];
}

/**
 * The best match that is installed in one of the places of a build, for `has_version` and `best_version`. The atom is one of
 * the ebuild's EAPI, which names no repository. Source: PMS 8.3
 */
export async function queryPackages(
  places: QueryPlaces,
  root: QueryRoot,
  text: string,
  row: Eapi,
): Promise<QueryAnswer> {
  let atom: ReturnType<typeof parseAtom>;
  try {
    atom = parseAtom(text, { eapi: row });
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) };
  }
  const target = places[root];
  const installed = await listInstalled(target);
  const found: { readonly cpv: string; readonly version: MatchTarget['version'] }[] = [];
  for (const cpv of installed) {
    const candidate = await installedTarget(target, cpv, atom.qualifiedName);
    if (candidate && matchesAtom(atom, candidate)) found.push({ cpv, version: candidate.version });
  }
  if (root === 'broot') {
    // tools of the build machine have no USE flags to ask about: name, version and slot decide
    const bare = { ...atom, useDeps: [], subSlot: null, slotOperator: null, repository: null };
    for (const text of places.provided) {
      const [cpv = '', slot = '0'] = text.split(':');
      const parsed = tryParseCpv(cpv);
      if (!parsed || parsed.qualifiedName !== atom.qualifiedName) continue;
      const candidate = { qualifiedName: parsed.qualifiedName, version: parsed.version, slot, subSlot: slot };
      if (matchesAtom(bare, candidate)) found.push({ cpv, version: parsed.version });
    }
  }
  found.sort((a, b) => compareVersions(b.version, a.version));
  return { kind: 'best', cpv: found[0]?.cpv ?? null };
}

async function installedTarget(place: TargetRoot, cpv: string, qualifiedName: string): Promise<MatchTarget | null> {
  const parsed = tryParseCpv(cpv);
  if (!parsed || parsed.qualifiedName !== qualifiedName) return null;
  const [slotText, use, iuse, repository] = await Promise.all(
    ['SLOT', 'USE', 'IUSE', 'repository'].map((name) => readEntryFile(place, cpv, name)),
  );
  const [slot = '0', subSlot = slot] = (slotText || '0').split('/');
  const words = (text: string | undefined): readonly string[] =>
    (text ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    qualifiedName,
    version: parsed.version,
    slot,
    subSlot,
    repository: repository ?? null,
    use: new Set(words(use)),
    iuse: new Set(words(iuse).map((flag) => flag.replace(/^[+-]/, ''))),
  };
}
