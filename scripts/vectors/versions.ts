import { isPackageName, splitVersion, tryParseCpv } from '../../lib/pms/cpv';
import { PmsError } from '../../lib/pms/errors';
import { compareVersions, isVersion, parseVersion, type Version } from '../../lib/pms/version';
import { answer, type Runners, same, type VectorCase } from './registry';

const refused = (error: unknown): boolean => error instanceof PmsError;

const revisionOf = (version: Version): string => `r${version.revision ?? '0'}`;

function cpvSplit(text: string): readonly string[] | null {
  const cpv = tryParseCpv(text);
  if (cpv !== null) return [cpv.category, cpv.pn, cpv.pv, cpv.pr];
  const pv = text.includes('/') ? null : pvSplit(text);
  return pv && ['null', ...pv];
}

function pvSplit(text: string): readonly string[] | null {
  const split = splitVersion(text);
  if (split === null || !isPackageName(split.name)) return null;
  return [split.name, split.version.base, revisionOf(split.version)];
}

function compareCpvTexts(a: string, b: string): number {
  const left = tryParseCpv(a);
  const right = tryParseCpv(b);
  if (left !== null && right !== null && left.qualifiedName === right.qualifiedName) {
    return compareVersions(left.version, right.version);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The order is total in both directions and equal inside a group. */
function orders(groups: readonly (readonly string[])[]): string[] {
  const ranked = groups.flatMap((group, rank) => group.map((text) => ({ text, rank, version: parseVersion(text) })));
  return ranked.flatMap((a) =>
    ranked
      .filter((b) => compareVersions(a.version, b.version) !== Math.sign(a.rank - b.rank))
      .map((b) => `${a.text} ? ${b.text}`),
  );
}

export const versions: Runners = {
  vercmp: (vector) => same(compareVersions(parseVersion(String(vector.a)), parseVersion(String(vector.b))), vector.cmp),
  version_order: (vector) => same(orders(vector.groups as string[][]), []),
  version_valid: (vector) => same(isVersion(String(vector.version)), vector.valid),
  catpkgsplit: answer((vector) => cpvSplit(String(vector.cpv)), refused),
  pkgsplit: answer((vector) => pvSplit(String(vector.pv)), refused),
  cpv_sort: answer((vector) => [...(vector.input as string[])].sort(compareCpvTexts), refused),
  cpvequal: answer((vector: VectorCase) => {
    const [a, b] = [vector.a, vector.b].map((text) => tryParseCpv(String(text)));
    if (!a || !b) throw new PmsError('INVALID_CPV', `\`${vector.a}\` or \`${vector.b}\` is not a cpv`);
    return a.qualifiedName === b.qualifiedName && compareVersions(a.version, b.version) === 0;
  }, refused),
};
