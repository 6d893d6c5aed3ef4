import { spawn } from 'node:child_process';
import { assertNever } from '../errors';
import type { Plan, PlannedPackage } from '../resolve/plan';
import { type PretendedPackage, parsePretend } from './emerge-pretend';

/** How our plan and a real Portage's differ in one package. */
export type PlanDifference =
  | { readonly kind: 'only-ours'; readonly cpv: string }
  | { readonly kind: 'only-emerge'; readonly cpv: string; readonly eroot: string | null }
  | {
      readonly kind: 'use';
      readonly cpv: string;
      readonly ours: readonly string[];
      readonly emerge: readonly string[];
    };

export type VerifyResult =
  | { readonly kind: 'agrees'; readonly packages: number; readonly command: string }
  | { readonly kind: 'differs'; readonly differences: readonly PlanDifference[]; readonly command: string }
  /** emerge found no plan; its last words */
  | { readonly kind: 'emerge-refused'; readonly output: string; readonly command: string }
  | { readonly kind: 'no-emerge'; readonly message: string };

export interface VerifyRequest {
  readonly plan: Plan;
  readonly atoms: readonly string[];
  readonly eprefix: string;
  /** the staging root on this machine; its configuration stands in `<stagingRoot><eprefix>/etc/portage` */
  readonly stagingRoot: string;
  /** CBUILD of the machine; must differ from CHOST as in the SDK */
  readonly cbuild: string;
  /** command and leading arguments; normally `['emerge']` */
  readonly emerge: readonly string[];
  readonly signal?: AbortSignal;
}

/** The environment in which the SDK's cross-boss stages packages. Source: cross-boss `cb-emerge`, emerge(1) */
export function stagingEnvironment(
  request: Pick<VerifyRequest, 'eprefix' | 'stagingRoot' | 'cbuild'>,
): Readonly<Record<string, string>> {
  const { eprefix, stagingRoot, cbuild } = request;
  return {
    EPREFIX: eprefix,
    ROOT: stagingRoot,
    SYSROOT: stagingRoot,
    PORTAGE_CONFIGROOT: stagingRoot + eprefix,
    CBUILD: cbuild,
  };
}

/** Compares the packages that would be built in staging. Flags are compared where emerge shows them. */
export function comparePlans(
  plan: Plan,
  pretended: readonly PretendedPackage[],
  stagingEroot: string,
): readonly PlanDifference[] {
  const ours = new Map(plan.packages.filter(isMerged).map((planned) => [planned.cpv, planned]));
  const theirs = new Map(pretended.filter(({ eroot }) => eroot === stagingEroot).map((line) => [line.cpv, line]));
  const differences: PlanDifference[] = [];
  for (const [cpv, planned] of ours) {
    const line = theirs.get(cpv);
    if (!line) differences.push({ kind: 'only-ours', cpv });
    else {
      const shown = planned.iuse.filter((flag) => line.use.has(flag));
      const our = shown.filter((flag) => planned.use.includes(flag));
      const their = shown.filter((flag) => line.use.get(flag));
      if (our.join(' ') !== their.join(' ')) differences.push({ kind: 'use', cpv, ours: our, emerge: their });
    }
  }
  for (const { cpv, eroot } of theirs.values())
    if (!ours.has(cpv)) differences.push({ kind: 'only-emerge', cpv, eroot });
  return differences;
}

const isMerged = ({ root, action }: PlannedPackage): boolean =>
  root === 'staging' && (action === 'build' || action === 'reuse');

/** The comparison in words, a line each. */
export function verifyLines(result: VerifyResult): readonly string[] {
  switch (result.kind) {
    case 'agrees':
      return [`emerge plans the same ${result.packages} packages.`];
    case 'differs':
      return [
        `emerge plans otherwise (${result.command}):`,
        ...result.differences.map((each) => `  ${differenceLine(each)}`),
      ];
    case 'emerge-refused':
      return [`emerge finds no plan (${result.command}):`, result.output];
    case 'no-emerge':
      return [result.message];
    default:
      return assertNever(result);
  }
}

function differenceLine(difference: PlanDifference): string {
  switch (difference.kind) {
    case 'only-ours':
      return `${difference.cpv}: only here`;
    case 'only-emerge':
      return `${difference.cpv}: only emerge`;
    case 'use':
      return `${difference.cpv}: USE here [${difference.ours.join(' ')}], emerge [${difference.emerge.join(' ')}]`;
    default:
      return assertNever(difference);
  }
}

const mostOutput = 4 * 1024 * 1024;

/** Asks the real Portage on this machine for its plan and says where it differs from ours. Changes nothing. */
export async function verifyWithEmerge(request: VerifyRequest): Promise<VerifyResult> {
  const [command = 'emerge', ...leading] = request.emerge;
  const args = [...leading, '--pretend', '--verbose', '--color=n', '--nospinner', '--', ...request.atoms];
  const environment = stagingEnvironment(request);
  const shown = [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), command, ...args].join(' ');
  const outcome = await run(command, args, environment, request.signal);
  if (outcome === null) {
    return {
      kind: 'no-emerge',
      message: `There is no \`${command}\` on this machine. Verify inside the Flatcar SDK or on a Gentoo host.`,
    };
  }
  if (outcome.exitCode !== 0)
    return { kind: 'emerge-refused', output: outcome.output.trim().split('\n').slice(-40).join('\n'), command: shown };
  const pretended = parsePretend(outcome.output);
  const differences = comparePlans(request.plan, pretended, request.stagingRoot + request.eprefix);
  if (differences.length > 0) return { kind: 'differs', differences, command: shown };
  return { kind: 'agrees', packages: pretended.length, command: shown };
}

function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<{ exitCode: number | null; output: string } | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-mostOutput);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(null) : reject(error)));
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
