import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeEbuilds } from '../engine/ebuild-facts';
import { declaredNeeds } from '../engine/network-wish';
import { nothingStandsFor } from '../host/host-tools';
import {
  howToGet,
  howToGetArm64,
  howToGetData,
  howToGetKernelHeaders,
  howToGetPerlModule,
  howToGetPythonModule,
} from '../host/install-advice';
import { parseCpv } from '../pms';
import type { Fix, Plan, PlanEdge, PlannedPackage } from '../resolve/plan';
import { notHere, toolOfPackage } from './machine-sdk';
import type { OpenedDesign } from './open-design';

/** Why one package of a plan cannot be built here. */
export interface PackageObstacle {
  /** id of the package in the plan */
  readonly id: string;
  readonly cpv: string;
  /** a sentence */
  readonly message: string;
  /** what to do about it */
  readonly hint: string;
  /** a change of the design that clears it away */
  readonly fix?: Fix;
}

/** Why a plan can be made here and not be carried out here. */
export interface BuildObstacle {
  readonly message: string;
  readonly hint: string;
  /** package by package, in the order of the plan; empty: it holds for the machine as a whole */
  readonly packages: readonly PackageObstacle[];
  /** a change of the design that clears all of it away */
  readonly fix?: Fix;
}

type Opened = Pick<OpenedDesign, 'design' | 'tree' | 'toolchain' | 'staging'>;

/** What keeps this machine from building a plan, known before the first package is begun; null: nothing. */
export function buildObstacle(opened: Opened, plan: Pick<Plan, 'packages' | 'edges'>): BuildObstacle | null {
  const toBuild = plan.packages.filter(({ root, action }) => root === 'staging' && action === 'build');
  if (toBuild.length === 0) return null;
  return (
    withoutEbuilds(opened, toBuild) ??
    withoutCompiler(opened) ??
    withoutTools(plan, toBuild) ??
    withoutNetwork(opened, toBuild)
  );
}

function withoutEbuilds({ design, tree }: Opened, toBuild: readonly PlannedPackage[]): BuildObstacle | null {
  const hint =
    'Plans, reasons and fixes work on it. To build, add a whole checkout of flatcar/scripts and name it in `tree:`.';
  const packages = toBuild
    .filter((pkg) => !existsSync(ebuildOf(pkg, tree)))
    .map(({ id, cpv }) => ({ id, cpv, message: 'The tree has its metadata without its ebuild.', hint }));
  const [first] = packages;
  if (!first) return null;
  const message = `The package tree \`${design.tree}\` has metadata without ebuilds: ${packages.length} of ${toBuild.length} packages cannot be built, \`${first.cpv}\` for one.`;
  return { message, hint, packages };
}

function ebuildOf(pkg: PlannedPackage, { repositories }: OpenedDesign['tree']): string {
  const { category, pn, pf } = parseCpv(pkg.cpv);
  return join(repositories.byName.get(pkg.repository)?.location ?? '', category, pn, `${pf}.ebuild`);
}

function withoutCompiler({ toolchain }: Opened): BuildObstacle | null {
  if (toolchain.compiler !== null) return null;
  const hint =
    toolchain.kind === 'sdk'
      ? 'Write `toolchain: host` to build with the compiler of this machine, or build in the SDK with `./setup_prefix`.'
      : howToGetArm64();
  const fix: Fix = {
    edits: [{ kind: 'toolchain', toolchain: 'host' }],
    title: "Build with this machine's compiler",
    cost: 'Compiler and C library are those of this machine, and the prefix carries that C library with it.',
  };
  return { message: toolchain.summary, hint, packages: [], ...(toolchain.kind === 'sdk' ? { fix } : {}) };
}

/** Packages that need something on the build machine which is not there. */
function withoutTools(
  plan: Pick<Plan, 'packages' | 'edges'>,
  toBuild: readonly PlannedPackage[],
): BuildObstacle | null {
  const lacking = new Map(
    plan.packages
      .filter(({ root, repository }) => root === 'host' && repository === notHere)
      .map((pkg) => [pkg.id, pkg]),
  );
  const packages = toBuild.flatMap((pkg): PackageObstacle[] => {
    const { id, cpv } = pkg;
    const edges = plan.edges.filter((edge) => edge.from === id);
    const needed = edges.flatMap((edge) => lacking.get(edge.to) ?? []);
    return [...new Set(needed)].map((tool) => {
      const flags = flagsThatAsk(edges.filter(({ to }) => to === tool.id));
      const without = flags === null ? '' : ` Without ${nameOf(tool)}: ${flagWords(flags)} for ${cpv}.`;
      const hint = `${howToGetPackage(tool)}${without}`;
      const fix = flags === null ? provideFix(tool) : flagFix(pkg, flags, tool);
      return { id, cpv, message: sentence(tool), hint, ...(fix && { fix }) };
    });
  });
  const [first] = packages;
  if (!first) return null;
  const count = new Set(packages.map(({ id }) => id)).size;
  return {
    message: `${count} of ${toBuild.length} packages cannot be built on this machine: \`${first.cpv}\` needs ${first.message.replace(/^It needs /, '')}`,
    hint: [...new Set(packages.map(({ hint }) => hint))].slice(0, 3).join('\n'),
    packages,
  };
}

/** What to write into `package_use` so that nothing asks for a tool (`-doc`); null: it is asked for whatever the flags. */
function flagsThatAsk(edges: readonly PlanEdge[]): readonly string[] | null {
  const inner = edges.map(({ conditions }) => conditions?.at(-1));
  if (inner.length === 0 || inner.includes(undefined)) return null;
  return [...new Set(inner)].map((condition = '') => {
    const flag = condition.replace(/^!|\?$/g, '');
    return condition.startsWith('!') ? flag : `-${flag}`;
  });
}

const flagWords = (flags: readonly string[]): string =>
  flags
    .map((flag) => `switch ${flag.startsWith('-') ? 'off' : 'on'} the USE flag \`${flag.replace(/^-/, '')}\``)
    .join(' and ');

/** What only Gentoo has may be said to be there; null: the tool is one that builds run. */
const provideFix = (tool: PlannedPackage): Fix | null =>
  tool.category !== 'app-eselect'
    ? null
    : {
        edits: [{ kind: 'provide_on_host', atom: nameOf(tool) }],
        title: `Go on without ${tool.pn}`,
        cost: 'What it would choose when a package is installed is not chosen.',
      };

/** Whether the rest of the plan allows it is not known here; see `obstacle-fixes.ts`. */
const flagFix = (pkg: PlannedPackage, flags: readonly string[], tool: PlannedPackage): Fix => ({
  edits: [{ kind: 'package_use', atom: nameOf(pkg), flags }],
  title: `Build ${pkg.pn} with ${flags.join(' ')}`,
  cost: `It is built without what the flag gives, and needs no ${nameOf(tool)}.`,
});

/** Packages that fetch while they are built, which the design does not allow. */
function withoutNetwork({ design, staging, tree }: Opened, toBuild: readonly PlannedPackage[]): BuildObstacle | null {
  const describe = describeEbuilds(staging, tree.repositories, design.allow_network);
  const packages = toBuild.flatMap((pkg): PackageObstacle[] => {
    const { id, cpv, repository } = pkg;
    const candidate = staging.candidates(nameOf(pkg)).find((one) => one.cpv === cpv && one.repository === repository);
    // the flags need not be worked out for most
    if (candidate?.metadata.PROPERTIES?.includes('live') !== true) return [];
    const { properties, isAllowed } = declaredNeeds(describe(pkg));
    if (isAllowed || !properties.includes('live')) return [];
    const atom = nameOf(pkg);
    return [
      {
        id,
        cpv,
        message: 'It fetches its sources while it is built, and the design allows no network.',
        hint: 'Name it in `allow_network:` of the design, or take a released version.',
        fix: {
          edits: [{ kind: 'allow_network', atom }],
          title: `Let ${pkg.pn} use the network`,
          cost: 'No Manifest checks what it fetches. It reaches the internet in its unpack phase only, through a proxy that refuses this machine and its network.',
        },
      },
    ];
  });
  const [first] = packages;
  if (!first) return null;
  const message =
    packages.length === 1
      ? `\`${first.cpv}\` fetches its sources while it is built, and the design allows no network.`
      : `${packages.length} packages fetch their sources while they are built, and the design allows no network.`;
  return { message, hint: 'Name them in `allow_network:` of the design, or take released versions.', packages };
}

const nameOf = ({ category, pn }: PlannedPackage): string => `${category}/${pn}`;

function sentence(tool: PlannedPackage): string {
  const command = toolOfPackage(nameOf(tool))?.command;
  return command === undefined
    ? `It needs \`${nameOf(tool)}\` on the build machine.`
    : `It needs the command \`${command}\` (\`${nameOf(tool)}\`) on the build machine.`;
}

function howToGetPackage(tool: PlannedPackage): string {
  const known = toolOfPackage(nameOf(tool));
  if (known) return howToGet(known);
  if (nameOf(tool) === 'sys-kernel/linux-headers') return howToGetKernelHeaders();
  if (tool.category === 'dev-python') return howToGetPythonModule(tool.pn);
  if (tool.category === 'dev-perl') return howToGetPerlModule(tool.pn);
  const data = howToGetData(nameOf(tool));
  if (data !== undefined) return data;
  const impossible = nothingStandsFor[nameOf(tool)];
  if (impossible !== undefined) {
    return `There is nothing to install: ${impossible}. Build it in the Flatcar SDK, or do without it.`;
  }
  if (tool.category === 'app-eselect') {
    return `Only Gentoo has it, and packages call it when they are installed. Write \`${nameOf(tool)}\` into \`host_provides:\` of the design to go on without what it would choose.`;
  }
  return `If this machine has it under another name, write \`${nameOf(tool)}\` into \`host_provides:\` of the design.`;
}
