import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { programRoot } from '../home';
import { ContainedFolder } from '../host/contained-file';
import { programFolders } from '../host/program-folders';
import { runSandboxed, type SandboxMount, type SandboxResult } from '../host/sandbox';
import { limitHint, limitText, type SandboxProfile } from '../host/sandbox-limits';
import { returnsOf } from '../host/token-pipe';
import { accountTexts } from './accounts';
import { besideWorkFolder, preparePhaseFolders, readBuildInfoText } from './built-folder';
import { newerShellHint, ownBash, shellFor } from './ebuild-shell';
import { engineFolderMounts } from './engine-folders';
import { parseCapability, parseOwner } from './file-notes';
import { brootInside, hasHostNames, makeHostNames } from './host-names';
import { makeTakesFifo } from './make-fifo';
import { type Outward, publicOutward } from './network/outward';
import { openWayOut } from './network/way-out';
import { PhaseAnswers } from './phase-answers';
import type { EbuildPhase, InstallFacts, PhaseMessage, PhaseRequest, PhaseResult } from './phase-contract';
import { environmentTarget, type InsidePaths, insidePaths, settingsText, thisMachine } from './phase-settings';

/** Phases that may change the root they are run for. */
const rootPhases: ReadonlySet<EbuildPhase> = new Set(['preinst', 'postinst', 'prerm', 'postrm', 'config']);

/** 2020-01-01: what compilers and archivers write where they would write the time of the build. */
const sourceDateEpoch = '1577836800';

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

/**
 * Makes what the sandbox of these phases shows: folders of the work, settings, names of programs. `hasNetwork`: what is kept
 * of fetched sources may be written.
 */
export async function openPhaseSandbox(request: PhaseRequest, hasNetwork = false): Promise<PhaseSandbox> {
  const inside = insidePaths(request);
  const settings = besideWorkFolder(request.buildDir, 'settings');
  preparePhaseFolders(request.buildDir);
  await rm(settings, { force: true });
  const machine = { ...thisMachine(), makeTakesFifo: request.tokens !== undefined && (await makeTakesFifo()) };
  await writeFile(settings, settingsText(request, inside, machine), { flag: 'wx' });
  if (request.network) await mkdir(request.network.store, { recursive: true });
  const accounts = await writeAccounts(request);
  const broot = hasHostNames(request) ? besideWorkFolder(request.buildDir, 'broot') : null;
  if (broot !== null) makeHostNames(broot, request.hostNames ?? {});
  return {
    inside,
    profile: isMerge(request) ? 'merge' : 'build',
    mounts: [
      ...mountsOf(request, inside, settings),
      ...storeMounts(request, inside, hasNetwork),
      ...accounts.mounts,
      ...(broot === null ? [] : [{ source: broot, target: brootInside, access: 'read-only' as const }]),
    ],
    environment: sandboxEnvironment(request, inside),
    close: async () => {
      await rm(settings, { force: true });
      await accounts.close();
      if (broot !== null) await rm(broot, { recursive: true, force: true });
    },
  };
}

/**
 * Runs phases of one ebuild in one sandbox, in one shell, in the order given, and stops at the first that fails.
 * Nothing but `buildDir` is writable; phases that belong to the merge may write below the prefix too. Phases with a network
 * run in a sandbox apart, of which nothing goes on into the others but files and variables. `outward`: where they may go.
 */
export async function runEbuildPhases(request: PhaseRequest, outward?: Outward): Promise<PhaseResult> {
  const [first = request.phases, ...others] = partsByNetwork(request);
  let result = await runTogether({ ...request, phases: first }, outward);
  for (const phases of others) {
    if (result.kind !== 'ok') break;
    const { cpuMs, peakRssBytes } = result;
    const next = await runTogether({ ...request, phases, continues: true }, outward);
    if (next.kind === 'cancelled') return next;
    result = { ...next, cpuMs: cpuMs + next.cpuMs, peakRssBytes: Math.max(peakRssBytes, next.peakRssBytes) };
  }
  return result;
}

const mayReachOut = ({ network }: PhaseRequest, phase: EbuildPhase): boolean =>
  network?.phases.includes(phase) === true;

/** The phases in runs of equal permission. */
function partsByNetwork(request: PhaseRequest): readonly (readonly EbuildPhase[])[] {
  const parts: EbuildPhase[][] = [];
  for (const [index, phase] of request.phases.entries()) {
    const before = request.phases[index - 1];
    if (before !== undefined && mayReachOut(request, before) === mayReachOut(request, phase)) parts.at(-1)?.push(phase);
    else parts.push([phase]);
  }
  return parts;
}

/** Runs phases in one sandbox; the first says for all whether it has a network. */
async function runTogether(request: PhaseRequest, outward: Outward = publicOutward()): Promise<PhaseResult> {
  const hasNetwork = request.phases.some((phase) => mayReachOut(request, phase));
  const { inside, profile, mounts, environment, close } = await openPhaseSandbox(request, hasNetwork);
  const progress = new Progress(request);
  const command = [shellInside(request), `${inside.runtime}/ebuild.bash`, inside.settings, ...request.phases];
  const way = hasNetwork ? await openWayOut({ runtime: inside.runtime, log: request.onOutput, outward }) : null;
  let result: SandboxResult;
  try {
    result = await runSandboxed({
      profile,
      mounts: [...mounts, ...(way?.mounts ?? [])],
      command: way?.wrap(command) ?? command,
      environment: { ...environment, ...way?.environment },
      workingDirectory: '/',
      signal: request.signal,
      onOutput: request.onOutput,
      onRecord: (fields, answer) => progress.take(fields, answer),
    });
  } finally {
    await way?.close();
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
  if (request.phases.includes('install')) return { kind: 'ok', installed: readInstallFacts(request, inside), ...usage };
  const noted = readNotes(request, inside);
  const hasNotes = noted.owners.length + noted.capabilities.length > 0;
  return { kind: 'ok', installed: null, ...(hasNotes && { noted }), ...usage };
}

/** The users and groups that phases see: Gentoo's base, and those of the prefix's acct-user and acct-group packages; and `localhost`. */
async function writeAccounts(
  request: PhaseRequest,
): Promise<{ readonly mounts: readonly SandboxMount[]; close(): Promise<void> }> {
  const { root, sysroot, eprefix } = request.roots;
  const places = [isMerge(request) ? root : sysroot, join(request.buildDir, 'image')];
  const made = accountTexts(join(runtimeFolder(), 'etc'), places, eprefix);
  const mount = (source: string, name: string): SandboxMount => ({
    source,
    target: `/etc/${name}`,
    access: 'read-only',
  });
  const base = join(runtimeFolder(), 'etc');
  const hosts = mount(join(base, 'hosts'), 'hosts');
  if (made === null) {
    const accounts = ['passwd', 'group'].map((name) => mount(join(base, name), name));
    return { mounts: [hosts, ...accounts], close: async () => undefined };
  }
  const files = Object.entries(made).map(([name, text]) => ({
    name,
    text,
    path: besideWorkFolder(request.buildDir, name),
  }));
  for (const { path, text } of files) {
    await rm(path, { force: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return {
    mounts: [hosts, ...files.map(({ path, name }) => mount(path, name))],
    close: async () => {
      for (const { path } of files) await rm(path, { force: true });
    },
  };
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
  for (const [, minutes, seconds] of line.matchAll(/(?<!\d)(\d{1,9})m([\d.]{1,9})s/g)) {
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
    // a FIFO can be written although it is mounted read-only
    ...(request.tokens === undefined
      ? []
      : [readOnly(request.tokens, inside.tokens), readOnly(returnsOf(request.tokens), returnsOf(inside.tokens))]),
    ...(request.compileCache === undefined ? [] : [cacheMount(request.compileCache.folder, inside)]),
    { source: request.buildDir, target: inside.build, access: 'read-write' },
  ];
}

/** What a package with a network fetched before: its own folder, which its other phases can only read. */
function storeMounts({ network }: PhaseRequest, inside: InsidePaths, isWritable: boolean): readonly SandboxMount[] {
  if (network === undefined) return [];
  const access = isWritable ? 'read-write' : 'read-only';
  return [{ source: network.store, target: inside.store, access, giving: 'once' }];
}

const cacheMount = (source: string, inside: InsidePaths): SandboxMount => ({
  source,
  target: inside.compileCache,
  access: 'read-write',
  giving: 'once',
});

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
    // some ebuilds start Python by the name of a version without BROOT
    PATH: [...toolchain, ...programFolders, ...(hasHostNames(request) ? [`${brootInside}/usr/bin`] : [])].join(':'),
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

/** What the install phase left in a work folder besides the image. */
export function readInstallFacts(request: Pick<PhaseRequest, 'buildDir' | 'roots'>, inside: InsidePaths): InstallFacts {
  const lines = (name: string): readonly string[] => linesOf(request, name);
  return { strip: lines('dostrip'), stripExclude: lines('dostrip-exclude'), ...readNotes(request, inside) };
}

const linesOf = ({ buildDir }: Pick<PhaseRequest, 'buildDir'>, name: string): readonly string[] =>
  readBuildInfoText(buildDir, name)
    .split('\n')
    .filter((line) => line !== '');

function readNotes(
  request: Pick<PhaseRequest, 'buildDir' | 'roots'>,
  inside: InsidePaths,
): Pick<InstallFacts, 'owners' | 'capabilities'> {
  const image = `${inside.build}/image`;
  const { eprefix } = request.roots;
  return {
    owners: linesOf(request, 'owners').flatMap((line) => parseOwner(line, image, eprefix)),
    capabilities: linesOf(request, 'capabilities').flatMap((line) => parseCapability(line, image, eprefix)),
  };
}
