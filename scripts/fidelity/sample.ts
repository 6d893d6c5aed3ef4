import { type Design, validateDesign } from '../../lib/design';
import type { FlatcarPrefix, RepositoryCandidate } from '../../lib/repo';
import type { Recorded } from '../recorded-plans';
import { type Random, seeded } from './random';

/** A request that somebody might make, and the design that says the same. */
export interface Sampled {
  /** `SEED.NUMBER`; the same for the same tree */
  readonly id: string;
  readonly kind: Recorded['kind'];
  readonly design: Design;
}

type Fields = Record<string, unknown>;

/** Names of packages near the requested ones: what their ebuilds depend on, one level deep. */
export type Neighbours = (names: readonly string[]) => readonly string[];

function atomFor(name: string, candidates: readonly RepositoryCandidate[], random: Random): string {
  const candidate = random.of(candidates);
  if (candidate === undefined || random.chance(70)) return name;
  const version = candidate.cpv.slice(name.length + 1);
  return (
    random.of([`>=${name}-${version}`, `=${name}-${version}`, `<=${name}-${version}`, `${name}:${candidate.slot}`]) ??
    name
  );
}

const flagWord = (flag: string, random: Random): string => (random.chance(50) ? flag : `-${flag}`);

/** Settings as a user writes them: USE, package.use, keywords, masks. Each alone or some together. */
function settingsFor(names: readonly string[], { target }: FlatcarPrefix, random: Random, keyword: string): Fields {
  const fields: Fields = {};
  const name = (): string => random.of(names) as string;
  const flagsOf = (of: string): string[] => [...(target.candidates(of)[0]?.iuse.keys() ?? [])].sort();
  const flags = [...new Set(names.flatMap(flagsOf))].filter((flag) => !flag.includes('_targets_')).sort();
  if (random.chance(50)) fields.use = random.some(flags, 1 + random.below(4)).map((flag) => flagWord(flag, random));
  if (random.chance(60)) {
    const chosen = random.some(names, 1 + random.below(3)).filter((each) => flagsOf(each).length > 0);
    fields.package_use = Object.fromEntries(
      chosen.map((each) => [
        each,
        random.some(flagsOf(each), 1 + random.below(3)).map((flag) => flagWord(flag, random)),
      ]),
    );
  }
  if (random.chance(30)) fields.accept_keywords = [`~${keyword}`];
  if (random.chance(40)) fields.package_accept_keywords = { [name()]: [random.of([`~${keyword}`, '**'])] };
  if (random.chance(40)) {
    const masked = name();
    const version = target.candidates(masked)[0]?.cpv.slice(masked.length + 1);
    fields.package_mask = [version === undefined || random.chance(40) ? masked : `=${masked}-${version}`];
  }
  if (random.chance(30)) fields.package_unmask = [name()];
  return fields;
}

/**
 * Number `index` of the sample of a seed: one atom or several, for either board, staging or final, half of them with
 * settings of a user. null: what came out is no design.
 */
export function sampled(seed: number, index: number, prefix: FlatcarPrefix, neighbours: Neighbours): Sampled | null {
  const random = seeded(seed * 1_000_003 + index);
  const board = random.of(['amd64-usr', 'arm64-usr'] as const) ?? 'amd64-usr';
  const kind = random.of(['staging', 'runtime'] as const) ?? 'staging';
  const names = random.some(prefix.target.allQualifiedNames(), random.chance(50) ? 1 : 2 + random.below(3));
  const python = { PYTHON_TARGETS: 'python3_12', PYTHON_SINGLE_TARGET: 'python3_12' };
  const near = [...new Set([...names, ...neighbours(names)])].sort();
  const result = validateDesign({
    name: 'demo',
    board,
    path: '/opt/demo',
    packages: names.map((name) => atomFor(name, prefix.target.candidates(name), random)),
    make_conf: random.chance(50) ? python : {},
    ...(random.chance(50) ? settingsFor(near, prefix, random, board.replace(/-.*$/, '')) : {}),
  });
  return result.ok ? { id: `${seed}.${index}`, kind, design: result.design } : null;
}
