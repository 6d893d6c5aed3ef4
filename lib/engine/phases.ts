import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { programRoot } from '../home';
import { ContainedFolder } from '../host/contained-file';
import { programFolders } from '../host/program-folders';
import { runSandboxed, type SandboxMount, type SandboxResult } from '../host/sandbox';
import { limitHint, limitText, type SandboxProfile } from '../host/sandbox-limits';
import { besideWorkFolder, preparePhaseFolders, readBuildInfoText } from './built-folder';
import { newerShellHint, ownBash, shellFor } from './ebuild-shell';
import { engineFolderMounts } from './engine-folders';
import { brootInside, hasHostNames, makeHostNames } from './host-names';
import { PhaseAnswers } from './phase-answers';
import type {
  EbuildPhase,
  InstallFacts,
  PhaseMessage,
  PhaseRequest,
  PhaseResult,
  RecordedOwner,
} from './phase-contract';
import { environmentTarget, type InsidePaths, insidePaths, settingsText, thisMachine } from './phase-settings';

/** Phases that may change the root they are run for. */
const rootPhases: ReadonlySet<EbuildPhase> = new Set(['preinst', 'postinst', 'prerm', 'postrm', 'config']);

/** 2020-01-01: what compilers and archivers write where they would write the time of the build. */
const sourceDateEpoch = '1577836800';

/** What the field of a tar header holds. */
const maxRecordedId = 0o7777777;

/** Folder with `ebuild.bash` and `metadata.bash`. */
export function runtimeFolder(): string {
  return join(programRoot(), 'lib/engine/runtime');
}

/** The sandbox of an ebuild's phases, before it is known what runs in it. */
export interface PhaseSandbox {
  readonly inside: InsidePaths;
  readonly profile: SandboxProfile;
  readonly mounts: readonly SandboxMount[];
  readonly environment: Readonly<Record<string, string>>;
  /** Removes what was made for it beside the work folder. */
  close(): Promise<void>;
}

/** Makes what the sandbox of these phases shows: folders of the work, settings, names of programs. */
export async function openPhaseSandbox(request: PhaseRequest): Promise<PhaseSandbox> {
  const inside = insidePaths(request);
  const settings = besideWorkFolder(request.buildDir, 'settings');
  preparePhaseFolders(request.buildDir);
  await rm(settings, { force: true });
  await writeFile(settings, settingsText(request, inside, thisMachine()), { flag: 'wx' });
  const broot = hasHostNames(request) ? besideWorkFolder(request.buildDir, 'broot') : null;
  if (broot !== null) makeHostNames(broot, request.hostNames ?? {});
  return {
    inside,
    profile: isMerge(request) ? 'merge' : 'build',
    mounts: [
      ...mountsOf(request, inside, settings),
      ...(broot === null ? [] : [{ source: broot, target: brootInside, access: 'read-only' as const }]),
    ],
    environment: sandboxEnvironment(request, inside),
    close: async () => {
      await rm(settings, { force: true });
      if (broot !== null) await rm(broot, { recursive: true, force: true });
    },
  };
}

/**
 * Runs phases of one ebuild in one sandbox, in one shell, in the order given, and stops at the first that fails.
 * Nothing but `buildDir` is writable; phases that belong to the merge may write below the prefix too.
 */
export async function runEbuildPhases(request: PhaseRequest): Promise<PhaseResult> {
  const { inside, profile, mounts, environment, close } = await openPhaseSandbox(request);
  const progress = new Progress(request);
  let result: SandboxResult;
  try {
    result = await runSandboxed({
      profile,
      mounts,
      command: [shellInside(request), `${inside.runtime}/ebuild.bash`, inside.settings, ...request.phases],
      environment,
      workingDirectory: '/',
      signal: request.signal,
      onOutput: request.onOutput,
      onRecord: (fields, answer) => progress.take(fields, answer),
    });
  } finally {
    await close();
  }

  if (result.isCancelled) return { kind: 'cancelled' };
  const usage = { cpuMs: progress.cpuMs, peakRssBytes: result.peakRssBytes };
  if (result.exitCode !== 0 || !progress.isDone) {
    return {
      kind: 'failed',
      phase: progress.phase,
      message: result.exceeded ? limitText(result.exceeded) : (progress.death ?? endText(result)),
      hint: result.exceeded ? limitHint(result.exceeded) : shellHint(progress.death),
      exitCode: result.exitCode,
      signal: result.signal,
      ...usage,
    };
  }
  const installed = request.phases.includes('install') ? readInstallFacts(request, inside) : null;
  return { kind: 'ok', installed, ...usage };
}

/** What to do about a message of the runtime that asks for another bash. */
const shellHint = (message: string | null): string | null =>
  message !== null && /^EAPI \d+ needs bash /.test(message) ? newerShellHint : null;

function endText({ exitCode, signal }: SandboxResult): string {
  if (signal !== null) return `ended by signal ${signal}`;
  return `ended with status ${exitCode} without calling \`die\``;
}

/** What the runtime reported so far. */
class Progress {
  phase: EbuildPhase;
  death: string | null = null;
  isDone = false;
  cpuMs = 0;
  readonly #answers: PhaseAnswers;
  #begun = -1;

  constructor(private readonly request: PhaseRequest) {
    this.phase = request.phases[0] ?? 'setup';
    this.#answers = new PhaseAnswers(request);
  }

  take([kind, ...values]: readonly string[], answer: (line: string) => Promise<void>): undefined | Promise<void> {
    switch (kind) {
      case 'phase':
        this.#begin(values[0] ?? '');
        return;
      case 'die':
        this.death ??= values[0] ?? '';
        return;
      case 'message':
        this.request.onMessage?.({
          level: values[0] as PhaseMessage['level'],
          phase: this.phase,
          text: values[1] ?? '',
        });
        return;
      case 'query':
      case 'flag':
        return this.#answers.take([kind, ...values], answer);
      case 'usage':
        this.cpuMs = values.map(cpuMsOf).reduce((sum, ms) => sum + ms, 0);
        return;
      case 'done':
        this.isDone = true;
    }
  }

  /** Phases come in the order that they were asked for, each once; an ebuild may write other things into the pipe. */
  #begin(name: string): void {
    const at = this.request.phases.indexOf(name as EbuildPhase);
    if (at <= this.#begun) return;
    this.#begun = at;
    this.phase = name as EbuildPhase;
    this.request.onPhase(this.phase);
  }
}

/** Milliseconds of a line of bash's `times`: `0m1.234s 0m0.050s`. */
export function cpuMsOf(line: string): number {
  let ms = 0;
  for (const [, minutes, seconds] of line.matchAll(/(\d+)m([\d.]+)s/g)) {
    ms += Number(minutes) * 60_000 + Number(seconds) * 1000;
  }
  return Math.round(ms);
}

const isMerge = ({ phases }: PhaseRequest): boolean => phases.some((phase) => rootPhases.has(phase));

/** EROOT on the host that stands at EPREFIX inside: the merge target for the phases of a merge, else what DEPEND went to. */
function prefixMounts(request: PhaseRequest): readonly SandboxMount[] {
  const { root, sysroot, eprefix } = request.roots;
  if (eprefix === '') return [];
  const source = join(isMerge(request) ? root : sysroot, eprefix);
  if (!existsSync(source)) return [];
  if (!isMerge(request)) return [{ source, target: eprefix, access: 'read-only' }];
  // a merge adds images, which are the build user's
  return [{ source, target: eprefix, access: 'read-write', giving: 'once' }, ...engineFolderMounts({ root, eprefix })];
}

/** Where a bash that was built for this machine stands inside the sandbox. */
const ownShellInside = '/run/prefix-studio/bash';

/** The bash that runs the phases, as seen inside. */
function shellInside({ eapi }: PhaseRequest): string {
  const { path } = shellFor(eapi);
  return path === ownBash() ? ownShellInside : path;
}

function shellMounts({ eapi }: PhaseRequest): readonly SandboxMount[] {
  const { path } = shellFor(eapi);
  return path === ownBash() ? [{ source: path, target: ownShellInside, access: 'read-only' }] : [];
}

function mountsOf(request: PhaseRequest, inside: InsidePaths, settings: string): readonly SandboxMount[] {
  const readOnly = (source: string, target: string): SandboxMount => ({ source, target, access: 'read-only' });
  const optional = (source: string, target: string): readonly SandboxMount[] =>
    existsSync(source) ? [readOnly(source, target)] : [];
  const { environmentFile } = request;
  return [
    readOnly(join(runtimeFolder(), 'etc/passwd'), '/etc/passwd'),
    readOnly(join(runtimeFolder(), 'etc/group'), '/etc/group'),
    readOnly(runtimeFolder(), inside.runtime),
    ...shellMounts(request),
    readOnly(settings, inside.settings),
    // the table of Debian's packages tells which headers belong to the C library
    ...optional('/var/lib/dpkg', '/var/lib/dpkg'),
    ...optional(request.distDir, inside.distDir),
    ...optional(dirname(request.ebuild), inside.ebuildDir),
    ...ebuildFromElsewhere(request, inside),
    ...profileMounts(request, inside),
    ...request.eclassDirs.flatMap((folder, index) => optional(folder, inside.eclassDirs[index] ?? '')),
    ...(environmentFile === null ? [] : [readOnly(environmentFile, environmentTarget(inside, environmentFile))]),
    ...prefixMounts(request),
    { source: request.buildDir, target: inside.build, access: 'read-write' },
  ];
}

/** The profiles of the repositories whose `profile.bashrc` is run: it may read what stands beside it. */
function profileMounts({ bashrcs = [] }: PhaseRequest, inside: InsidePaths): readonly SandboxMount[] {
  const folders = new Map(bashrcs.map(({ repository, location }) => [repository, location]));
  return [...folders].flatMap(([repository, location]) => {
    const source = join(location, 'profiles');
    if (!new ContainedFolder(location).contains(source)) return [];
    return [{ source, target: inside.profilesOf(repository), access: 'read-only' as const }];
  });
}

/** An ebuild kept under another name (in a VDB entry, a binary package) is placed where the runtime expects it. */
function ebuildFromElsewhere(request: PhaseRequest, inside: InsidePaths): readonly SandboxMount[] {
  const expected = `${request.cpv.split('/')[1]}.ebuild`;
  if (basename(request.ebuild) === expected || !existsSync(request.ebuild)) return [];
  return [{ source: request.ebuild, target: `${inside.ebuildDir}/${expected}`, access: 'read-only' }];
}

function sandboxEnvironment(request: PhaseRequest, inside: InsidePaths): Readonly<Record<string, string>> {
  const { eprefix } = request.roots;
  const toolchain = eprefix === '' ? [] : [`${eprefix}/usr/libexec/c-toolchain/bin`];
  return {
    PATH: [...toolchain, ...programFolders].join(':'),
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'dumb',
    SOURCE_DATE_EPOCH: sourceDateEpoch,
    HOME: `${inside.build}/homedir`,
    TMPDIR: `${inside.build}/temp`,
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

function readInstallFacts({ buildDir }: PhaseRequest, inside: InsidePaths): InstallFacts {
  const lines = (name: string): readonly string[] =>
    readBuildInfoText(buildDir, name)
      .split('\n')
      .filter((line) => line !== '');
  return {
    strip: lines('dostrip'),
    stripExclude: lines('dostrip-exclude'),
    owners: lines('owners').flatMap((line) => parseOwner(line, `${inside.build}/image`)),
  };
}

/**
 * A line of `build-info/owners`: uid, gid (-1: unchanged, that is root) and path inside the sandbox. `fowners` writes
 * them, but nothing keeps an ebuild from adding its own: what is no owner of something in D says nothing.
 */
function parseOwner(line: string, image: string): readonly RecordedOwner[] {
  const [, uid, gid, path] = /^(-1|\d{1,7})\t(-1|\d{1,7})\t(\/.*)$/.exec(line) ?? [];
  if (!path?.startsWith(`${image}/`)) return [];
  const [user, group] = [uid, gid].map((id) => Math.max(0, Number(id))) as [number, number];
  return Math.max(user, group) > maxRecordedId ? [] : [{ uid: user, gid: group, path: path.slice(image.length) }];
}
