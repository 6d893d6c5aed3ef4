import { code, listSome } from '../resolve/explain-words';
import type { BootstrapPlan, Provider, Shipped, StageReport } from './bootstrap-report';
import { madeBy } from './bootstrap-rests';
import { type BootstrapRole, type BootstrapWay, bootstrapRoles, roleOfPackage } from './bootstrap-stages';

type Ships = NonNullable<BootstrapPlan['ships']>;

/** What fills the roles in the final root, and who made it. */
export function shipsOf(stages: readonly StageReport[]): Ships {
  const packages = stages.flatMap(({ id, outcome }) =>
    outcome.kind === 'planned' ? outcome.packages.map((pkg) => ({ stage: id, pkg })) : [],
  );
  const shipped = new Set(packages.filter(({ pkg }) => pkg.root === 'final').map(({ pkg }) => pkg.cpv));
  const found = (role: BootstrapRole): Shipped | null => {
    const built = packages
      .filter(({ pkg }) => pkg.root === 'staging')
      .filter(({ pkg }) => roleOfPackage[`${pkg.category}/${pkg.pn}`]?.roles.includes(role))
      .at(-1);
    if (!built) return null;
    const isPart = !shipped.has(built.pkg.cpv);
    // of the compiler only the libraries are taken out of its package
    if (isPart && role !== 'cxx-runtime') return null;
    const isCopy = roleOfPackage[`${built.pkg.category}/${built.pkg.pn}`]?.isCopy === true;
    const provider: Provider = { place: 'staging', cpv: built.pkg.cpv, stage: built.stage, isCopy };
    return { provider, isPart, madeBy: isCopy ? [] : madeBy(provider, stages) };
  };
  return Object.fromEntries(bootstrapRoles.map((role) => [role, found(role)])) as Ships;
}

const quote = (text: string | null): string => (text === null ? 'a package that is not known' : code(text));

const list = (words: readonly string[]): string => listSome(words, 4);

/** Made of other packages' files or of nothing: no compiler has touched it. */
const isCompiled = (cpv: string): boolean => !/^(?:virtual|acct-group|acct-user)\//.test(cpv);

/** What of the host ends up in what ships, in sentences. */
export function remainsOf(way: BootstrapWay, stages: readonly StageReport[], ships: Ships): string[] {
  const sentences: string[] = [];
  const libc = ships.libc?.provider;
  const runtime = ships['cxx-runtime']?.provider;
  const last = stages.at(-1)?.restsOn;
  const compiler = last?.compiler ?? null;
  const linker = last?.linker ?? null;
  if (libc?.place === 'staging' && libc.isCopy) {
    sentences.push(
      `The C library and the run-time of C++ that ship are copies of this machine’s files, in ${quote(libc.cpv)}. A newer one on this machine comes in when that package is built again.`,
    );
  } else if (libc) {
    sentences.push(
      `No file of the host ships: the C library is ${quote(libc.cpv)} of staging${runtime ? `, the run-time libraries of C and C++ are taken out of ${quote(runtime.cpv)}` : ''}.`,
    );
  }
  if (compiler?.place === 'host') {
    sentences.push(
      `Everything is compiled by ${quote(compiler.cpv)} and linked by ${quote(linker?.cpv ?? null)} of the host, before and after the bootstrap. Their start files, C++ headers and \`libgcc.a\` are part of every program that ships.`,
    );
  } else if (compiler) {
    const line = [compiler, ...madeBy(compiler, stages)].map((each) =>
      each.place === 'host' ? `${quote(each.cpv)} of the host` : `that of the stage “${titleOf(stages, each.stage)}”`,
    );
    sentences.push(`The compiler that stays is ${line.join(', built by ')}.`);
  }
  const early = builtEarly(stages, new Set(finalOf(stages)));
  if (early.length > 0) {
    const many = early.length > 1;
    const [first] = early;
    sentences.push(
      way === 'cross'
        ? `${list(early.map(({ cpv }) => quote(cpv)))} ${many ? 'are' : 'is'} built before staging has a C library, so against the one of the cross tool chain; nothing rebuilds ${many ? 'them' : 'it'}.`
        : `${list(early.map(({ cpv }) => quote(cpv)))} ${many ? 'are' : 'is'} compiled in the stage “${titleOf(stages, first?.stage ?? '')}”, before the last compiler exists; nothing rebuilds ${many ? 'them' : 'it'}.`,
    );
  }
  const small = stages.flatMap(({ outcome }) =>
    outcome.kind === 'planned'
      ? outcome.packages.filter((pkg) => pkg.root === 'staging' && pkg.use.includes('build')).map(cpvOf)
      : [],
  );
  if (small.length > 0) {
    sentences.push(
      `${list([...new Set(small)].map(quote))} ${new Set(small).size === 1 ? 'stays' : 'stay'} in staging with USE=build, which leaves parts out; a later \`--changed-use\` builds ${new Set(small).size === 1 ? 'it' : 'them'} whole.`,
    );
  }
  return sentences;
}

const cpvOf = ({ cpv }: { readonly cpv: string }): string => cpv;
const isRole = (pkg: { readonly category: string; readonly pn: string }): boolean =>
  `${pkg.category}/${pkg.pn}` in roleOfPackage || pkg.pn === 'baselayout';

const titleOf = (stages: readonly StageReport[], id: string): string =>
  stages.find((stage) => stage.id === id)?.title ?? id;

/** What ships although it was built with another compiler or C library than the last stage has. */
function builtEarly(
  stages: readonly StageReport[],
  shipped: ReadonlySet<string>,
): { readonly cpv: string; readonly stage: string }[] {
  const last = stages.at(-1)?.restsOn;
  return stages.flatMap(({ id, restsOn, outcome }) => {
    const isOther =
      restsOn?.libc?.place !== last?.libc?.place ||
      JSON.stringify(restsOn?.compiler) !== JSON.stringify(last?.compiler);
    if (!isOther || outcome.kind !== 'planned') return [];
    return outcome.packages
      .filter((pkg) => pkg.root === 'staging' && isCompiled(pkg.cpv) && !isRole(pkg) && shipped.has(pkg.cpv))
      .map(({ cpv }) => ({ cpv, stage: id }));
  });
}

function finalOf(stages: readonly StageReport[]): string[] {
  return stages.flatMap(({ outcome }) =>
    outcome.kind === 'planned' ? outcome.packages.filter(({ root }) => root === 'final').map(cpvOf) : [],
  );
}
