import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runtimeFolder } from '../engine/phases';
import { repositoryMounts } from '../engine/repository-mounts';
import { assertNever } from '../errors';
import { findProgram, isProgram } from '../host/find-program';
import { runSandboxed, type SandboxMount } from '../host/sandbox';
import { limitClause } from '../host/sandbox-limits';
import type { Plan, PlannedPackage, PlanResult } from '../resolve/plan';
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
  /** the same packages with the same flags; `isUnsolved`: both find no plan */
  | {
      readonly kind: 'agrees';
      readonly packages: number;
      readonly isUnsolved: boolean;
      readonly output: string;
      readonly command: string;
    }
  /** `oursIsUnsolved`: we have no plan and emerge has one, of `packages` packages */
  | {
      readonly kind: 'differs';
      readonly differences: readonly PlanDifference[];
      readonly packages: number;
      readonly oursIsUnsolved: boolean;
      readonly output: string;
      readonly command: string;
    }
  /** we have a plan, emerge finds none; its last words */
  | { readonly kind: 'emerge-refused'; readonly output: string; readonly command: string }
  /** emerge ended before it planned anything */
  | { readonly kind: 'emerge-failed'; readonly output: string; readonly command: string }
  | { readonly kind: 'no-emerge'; readonly message: string };

export interface VerifyRequest {
  /** our answer to the same question */
  readonly result: PlanResult;
  readonly atoms: readonly string[];
  readonly eprefix: string;
  /** the root planned for; its configuration stands in `<stagingRoot><eprefix>/etc/portage` */
  readonly stagingRoot: string;
  /** the root that stands for the build host, for a Portage that was not installed; null: `/` */
  readonly hostRoot: string | null;
  /** folder of metadata that Portage may believe after checking it; null: its own */
  readonly metadataCache: string | null;
  /** CBUILD of the machine; must differ from CHOST as in the SDK */
  readonly cbuild: string;
  /** command and leading arguments; normally `['emerge']` */
  readonly emerge: readonly string[];
  /** what Portage reads of its own: program and configuration; absolute paths, at the same place in the sandbox */
  readonly readable: readonly string[];
  /** folders of the repositories */
  readonly repositories: readonly string[];
  /** the folder that holds the roots */
  readonly writable: string;
  readonly signal?: AbortSignal;
}

/** The environment in which the SDK's cross-boss stages packages. Source: cross-boss `cb-emerge`, emerge(1) */
export function stagingEnvironment(
  request: Pick<VerifyRequest, 'eprefix' | 'stagingRoot' | 'hostRoot' | 'metadataCache' | 'cbuild'>,
): Readonly<Record<string, string>> {
  const { eprefix, stagingRoot, hostRoot, metadataCache, cbuild } = request;
  return {
    EPREFIX: eprefix,
    ROOT: stagingRoot,
    SYSROOT: stagingRoot,
    PORTAGE_CONFIGROOT: stagingRoot + eprefix,
    CBUILD: cbuild,
    ...(hostRoot === null ? {} : { PORTAGE_OVERRIDE_EPREFIX: hostRoot }),
    ...(metadataCache === null ? {} : { PORTAGE_DEPCACHEDIR: metadataCache }),
  };
}

/** Compares the packages of staging. Flags are compared where emerge shows them. */
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
  for (const { cpv } of theirs.values())
    if (!ours.has(cpv)) differences.push({ kind: 'only-emerge', cpv, eroot: stagingEroot });
  // our plans never build on the host
  for (const { cpv, eroot } of pretended)
    if (eroot !== stagingEroot) differences.push({ kind: 'only-emerge', cpv, eroot: null });
  return differences;
}

/** emerge plans for an empty root, so what is there already is compared as well. */
const isMerged = ({ root, action }: PlannedPackage): boolean =>
  root === 'staging' && (action === 'build' || action === 'reuse' || action === 'keep');

/** The comparison in words, a line each. */
export function verifyLines(result: VerifyResult): readonly string[] {
  switch (result.kind) {
    case 'agrees':
      return [
        result.isUnsolved ? 'emerge finds no plan either.' : `emerge plans the same ${result.packages} packages.`,
      ];
    case 'differs':
      return [
        result.oursIsUnsolved
          ? `emerge finds a plan of ${result.packages} packages (${result.command}):`
          : `emerge plans differently (${result.command}):`,
        ...result.differences.map((each) => `  ${differenceLine(each)}`),
      ];
    case 'emerge-refused':
      return [`emerge finds no plan (${result.command}):`, result.output];
    case 'emerge-failed':
      return [`emerge ended before it planned anything (${result.command}):`, result.output];
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
      return `${difference.cpv}: only emerge${difference.eroot === null ? ', on the host' : ''}`;
    case 'use':
      return `${difference.cpv}: USE here [${difference.ours.join(' ')}], emerge [${difference.emerge.join(' ')}]`;
    default:
      return assertNever(difference);
  }
}

const mostOutput = 4 * 1024 * 1024;

const mostShownLines = 200;

const lastWords = (output: string): string => output.trim().split('\n').slice(-mostShownLines).join('\n');

/** What emerge says when it looked for a plan and found none. Source: its own texts of depgraph and resolver. */
const refusals =
  /no (?:ebuilds|binary packages)(?: built with USE flags)? to satisfy|no sets to satisfy|is ambiguous|have been masked|changes are necessary to proceed|REQUIRED_USE|not satisfied|conflict|circular dependenc|[Bb]locking|unsatisfied|no visible|missing IUSE|cannot be installed|no packages? .*provides/;

/**
 * Asks the real Portage on this machine for its plan and says where it differs from ours. Portage sources ebuilds, so it runs in
 * the sandbox, with what it needs to read and one folder to write.
 */
export async function verifyWithEmerge(request: VerifyRequest): Promise<VerifyResult> {
  const { result } = request;
  const [command = 'emerge', ...leading] = request.emerge;
  const args = [
    ...leading,
    '--pretend',
    '--verbose',
    '--color=n',
    '--nospinner',
    '--ignore-default-opts',
    '--',
    ...request.atoms,
  ];
  const environment = stagingEnvironment(request);
  const shown = [...Object.entries(environment).map(([name, value]) => `${name}=${value}`), command, ...args].join(' ');
  if (!isProgram(command) && findProgram(command) === null) {
    return {
      kind: 'no-emerge',
      message: `There is no \`${command}\` on this machine. Verify inside the Flatcar SDK or on a Gentoo host.`,
    };
  }
  const outcome = await run(request, [command, ...args], environment);
  const said = { output: lastWords(outcome.output), command: shown };
  if (outcome.exitCode !== 0) {
    if (!refusals.test(outcome.output)) return { kind: 'emerge-failed', ...said };
    if (result.kind === 'planned') return { kind: 'emerge-refused', ...said };
    return { kind: 'agrees', packages: 0, isUnsolved: true, ...said };
  }
  const pretended = parsePretend(outcome.output);
  const stagingEroot = request.stagingRoot + request.eprefix;
  const packages = pretended.length;
  if (result.kind === 'unsolved') {
    const differences = pretended.map(
      ({ cpv, eroot }): PlanDifference => ({
        kind: 'only-emerge',
        cpv,
        eroot: eroot === stagingEroot ? eroot : null,
      }),
    );
    return { kind: 'differs', differences, packages, oursIsUnsolved: true, ...said };
  }
  const differences = comparePlans(result.plan, pretended, stagingEroot);
  if (differences.length > 0) return { kind: 'differs', differences, packages, oursIsUnsolved: false, ...said };
  return { kind: 'agrees', packages, isUnsolved: false, ...said };
}

/** Switches of Portage that would make a sandbox of its own, or another user; source: make.conf(5) */
const features = ['ipc', 'mount', 'network', 'pid'].map((each) => `-${each}-sandbox`);

async function run(
  { readable, repositories, writable, signal }: VerifyRequest,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ exitCode: number | null; output: string }> {
  const mount = (source: string, target = source): SandboxMount => ({ source, target, access: 'read-only' });
  const accounts = ['passwd', 'group'].map((name) => mount(join(runtimeFolder(), 'etc', name), `/etc/${name}`));
  let output = '';
  const result = await runSandboxed({
    profile: 'tool',
    mounts: [
      ...accounts,
      ...[...new Set(readable)].filter((path) => existsSync(path)).map((path) => mount(path)),
      ...repositoryMounts([...new Set(repositories)]),
      { source: writable, target: writable, access: 'read-write' },
    ],
    command,
    environment: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: writable,
      LC_ALL: 'C.UTF-8',
      COLUMNS: '500',
      // nothing of our own environment decides a plan: USE and its like could stand there
      FEATURES: ['-sandbox', '-usersandbox', '-userpriv', ...features].join(' '),
      // the sandbox has one user
      PORTAGE_USERNAME: 'root',
      PORTAGE_GRPNAME: 'root',
      ...environment,
    },
    workingDirectory: writable,
    signal,
    onOutput: (text) => {
      output = (output + text).slice(-mostOutput);
    },
  });
  signal?.throwIfAborted();
  if (result.exceeded) output += `\nemerge ${limitClause(result.exceeded)}`;
  return { exitCode: result.exitCode, output };
}
