import { type RootOfDependency, routeDependencies } from '../../lib/layout/root-deps';
import { ebuildRootVariables, resolveRoots } from '../../lib/layout/roots';
import { eapi } from '../../lib/pms/eapi';
import { notApplicable, type Outcome, type Runner, type Runners, same } from './registry';

type Variables = Readonly<Record<'BROOT' | 'ROOT' | 'SYSROOT' | 'EPREFIX', string | null>>;

interface RootCase {
  readonly eapi: number;
  readonly input: Variables;
  readonly valid: boolean;
  readonly error?: string;
  readonly studio?: string;
  readonly config: Readonly<Record<string, string>>;
  readonly ebuild_env_src_phases: Readonly<Record<string, string>>;
  readonly deps: Readonly<Record<string, { readonly root: string; readonly prefix: string }>>;
}

/** Portage keeps a slash at the end; we do not. */
const bare = (path: string): string => path.replace(/\/+$/, '') || '/';

function environment(actual: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>): Outcome {
  return same(actual, Object.fromEntries(Object.keys(actual).map((name) => [name, expected[name]])));
}

const decision: Runner = (vector) => {
  const { input, ...wanted } = vector as unknown as RootCase;
  const answer = resolveRoots({
    root: input.ROOT,
    sysroot: input.SYSROOT,
    eprefix: input.EPREFIX,
    broot: input.BROOT,
    eapi: String(wanted.eapi),
  });
  // "studio" is where the product has to say more than Portage: a warning, or a plain no
  if (wanted.studio !== undefined) {
    if (!wanted.studio.startsWith('warn:')) return same(answer.valid, false);
    if (!answer.advice.some(({ severity }) => severity !== 'error')) return { kind: 'fail', detail: 'no advice' };
  }
  if (wanted.error === 'root-not-a-directory')
    return notApplicable('only the disk of that machine knows that ROOT is a file');
  if (!wanted.valid || !answer.valid) return same(answer.valid, wanted.valid);
  const { config } = wanted;
  const outcomes = [
    same(
      [answer.EPREFIX, answer.EROOT, answer.ESYSROOT, answer.BROOT],
      [config.EPREFIX ?? '', bare(config.EROOT ?? ''), bare(config.ESYSROOT ?? ''), bare(config.BROOT ?? '')],
    ),
    same(
      Object.fromEntries(
        Object.entries(answer.dependencies).map(([name, { root, prefix }]) => [name, { root, prefix }]),
      ),
      Object.fromEntries(
        Object.entries(wanted.deps).map(([name, { root, prefix }]) => [name, { root: bare(root), prefix }]),
      ),
    ),
    environment(ebuildRootVariables(answer, eapi(String(wanted.eapi))), wanted.ebuild_env_src_phases),
  ];
  return outcomes.find(({ kind }) => kind === 'fail') ?? { kind: 'pass' };
};

const sysrootKinds = { ROOT: 'root', '/': 'host', other: 'other' } as const;

const routing: Runner = (vector) => {
  const option = vector.opt === null ? 'off' : vector.opt === true ? 'on' : 'rdeps';
  const sysroot = sysrootKinds[vector.SYSROOT as keyof typeof sysrootKinds];
  const expected = vector.result as Record<string, Record<string, RootOfDependency[]>>;
  for (const [name, classes] of Object.entries(expected)) {
    const routes: Readonly<Record<string, readonly RootOfDependency[]>> = routeDependencies(
      eapi(name),
      sysroot,
      option,
    );
    for (const [dependencyClass, roots] of Object.entries(classes)) {
      const outcome = same(new Set(routes[dependencyClass]), new Set(roots));
      if (outcome.kind !== 'pass') return outcome;
    }
  }
  return { kind: 'pass' };
};

export const roots: Runners = { cases: decision, root_deps: routing };
