import { loadPlayground, type Playground, type ProfiledConfiguration, type RepositoryCandidate } from '../../lib/repo';
import type { MaskReason } from '../../lib/resolve/plan';
import { type Runners, same, type VectorCase } from './registry';

interface Judged {
  readonly visible: boolean;
  readonly masks?: Record<string, string | readonly string[]>;
  readonly invalid_metadata?: true;
  readonly use: readonly string[];
  readonly iuse: readonly string[];
  readonly use_masked: readonly string[];
  readonly use_forced: readonly string[];
  readonly slot: string;
}

const words = (text: string | undefined): string[] => (text ?? '').split(/\s+/).filter((word) => word !== '');

function maskNames(reasons: readonly MaskReason[]): Record<string, string | readonly string[]> {
  const found: Record<string, string | readonly string[]> = {};
  for (const reason of reasons) {
    if (reason.kind === 'package.mask') found['package.mask'] = reason.atom;
    if (reason.kind === 'keyword') found.KEYWORDS = [...reason.wouldAccept].sort();
    if (reason.kind === 'license') found.LICENSE = [...reason.missing].sort();
    if (reason.kind === 'properties') found.PROPERTIES = [...reason.missing].sort();
    if (reason.kind === 'restrict') found.RESTRICT = [...reason.missing].sort();
  }
  return found;
}

function judge(root: ProfiledConfiguration, candidate: RepositoryCandidate): Judged {
  const reasons = root.masks(candidate);
  const { enabled, masked, forced } = root.use(candidate);
  const flags = [...candidate.iuse.keys()];
  const masks = maskNames(reasons);
  return {
    visible: reasons.length === 0,
    ...(Object.keys(masks).length === 0 ? {} : { masks }),
    ...(reasons.some((reason) => reason.kind === 'invalid') ? { invalid_metadata: true } : {}),
    use: [...enabled].sort(),
    iuse: words(candidate.metadata.IUSE),
    use_masked: flags.filter((flag) => masked.has(flag)).sort(),
    use_forced: flags.filter((flag) => forced.has(flag)).sort(),
    slot: `${candidate.slot}/${candidate.subSlot}`,
  };
}

const load = (vector: VectorCase): ProfiledConfiguration => loadPlayground(vector.playground as Playground).root;

const everything = (root: ProfiledConfiguration): RepositoryCandidate[] =>
  root
    .allQualifiedNames()
    .flatMap((name) => root.candidates(name))
    .filter((candidate) => candidate.kind === 'ebuild');

/** Visibility and USE of ebuilds under a configuration. */
export const config: Runners = {
  ebuild_config(vector) {
    const root = load(vector);
    const judged = everything(root).map((candidate) => [
      `${candidate.cpv}::${candidate.repository}`,
      judge(root, candidate),
    ]);
    return same(Object.fromEntries(judged), vector.result);
  },
  ebuild_use(vector) {
    const root = load(vector);
    const found = everything(root).find((candidate) => candidate.cpv === vector.cpv);
    return same([...(found ? root.use(found).enabled : [])].sort(), vector.result);
  },
};
