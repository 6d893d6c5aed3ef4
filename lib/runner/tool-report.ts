import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DoctorReport, MachineCheck, ToolReport } from '../api/wire';
import { openDatabase } from '../db/index';
import { runtimeFolder } from '../engine/phases';
import { type StudioError, tellable } from '../errors';
import { dataHome, homeLayout } from '../home';
import { childEnvironment } from '../host/child-environment';
import { diskOf, sharingOf } from '../host/disk';
import { arm64Tools, type HostTool, hostTools, treeTools } from '../host/host-tools';
import { containerHint, howToGet, installLine, packagesFor } from '../host/install-advice';
import { findTool } from '../host/install-tools';
import { type PackageSystem, thisSystem } from '../host/package-systems';
import { probeSandbox } from '../host/sandbox-probe';
import { secretSetting } from '../host/secret-setting';
import { makeWritableFolder } from '../host/writable-folder';
import { glibcVersionIn } from '../layout/glibc-banner';

const run = promisify(execFile);

/** Lowest versions that are known to work. */
const minimums: Readonly<Record<string, string>> = { bash: '5.0', bwrap: '0.4' };

/** A build of the largest starter with its sources fits into this. */
const enoughDiskBytes = 4 * 1024 ** 3;
const enoughInodes = 100_000;

/** Of the machine that cannot build for the other board by itself. */
const toolsHere = (): readonly HostTool[] => [
  ...hostTools,
  ...treeTools,
  ...(process.arch === 'arm64' ? [] : arm64Tools),
];

/** What was being asked while somebody asked the same: by home. */
const asked = new Map<string, Promise<DoctorReport>>();

/**
 * Which tools are there, in which version, what each is for and how to get it; and what the machine must allow. Those who ask
 * at the same time get one answer: programs are started for it.
 */
export function diagnose(home: string = dataHome()): Promise<DoctorReport> {
  const known = asked.get(home);
  if (known) return known;
  const report = examine(home).finally(() => asked.delete(home));
  asked.set(home, report);
  return report;
}

async function examine(home: string): Promise<DoctorReport> {
  const wanted = toolsHere();
  const system = thisSystem();
  const [tools, machine] = await Promise.all([inspectTools(wanted, system), inspectMachine(home)]);
  return {
    ok: machine.every((check) => check.ok) && tools.every((tool) => tool.state === 'ok' || tool.need !== 'required'),
    tools,
    machine,
    // what few packages or only another board needs is told by each tool, not urged upon everybody
    installCommand:
      system &&
      commandFor(
        hostTools.filter((_, i) => tools[i]?.state === 'missing'),
        system,
      ),
  };
}

function commandFor(missing: readonly HostTool[], system: PackageSystem): string | null {
  const { names } = packagesFor(
    missing.map(({ packages }) => packages),
    system,
  );
  return installLine(system, names);
}

const runningAtOnce = 4;

async function inspectTools(wanted: readonly HostTool[], system: PackageSystem | null): Promise<readonly ToolReport[]> {
  const reports: ToolReport[] = [];
  const rest = wanted.entries();
  const lane = async (): Promise<void> => {
    for (const [at, tool] of rest) reports[at] = await inspectTool(tool, system);
  };
  await Promise.all(Array.from({ length: runningAtOnce }, lane));
  return reports;
}

async function inspectTool(tool: HostTool, system: PackageSystem | null): Promise<ToolReport> {
  const minimum = minimums[tool.command] ?? null;
  const base = {
    name: tool.command,
    purpose: tool.neededFor,
    need: tool.required ? ('required' as const) : ('optional' as const),
    minimum,
  };
  const path = findTool(tool);
  const remedy = howToGet(tool, system);
  if (path === null) return { ...base, state: 'missing', path: null, version: null, remedy };
  const version = await versionOf(path, tool.versionArguments);
  const old = minimum !== null && version !== null && isOlder(version, minimum);
  return { ...base, state: old ? 'old' : 'ok', path, version, remedy: old ? remedy : null };
}

/** By file: what a program said of itself. Starting one holds up a large server, and a program that is the same says the same. */
const versions = new Map<string, Promise<string | null>>();

async function versionOf(path: string, versionArguments: readonly string[] | null): Promise<string | null> {
  const file = statSync(path, { throwIfNoEntry: false });
  if (versionArguments === null || !file) return null;
  const key = [path, file.dev, file.ino, file.size, file.mtimeMs].join('|');
  const version = versions.get(key) ?? askVersion(path, versionArguments);
  versions.set(key, version);
  return version.catch(() => {
    // it may have been in trouble
    versions.delete(key);
    return null;
  });
}

/** The last program that was started. */
let lastStart: Promise<void> = Promise.resolve();

/**
 * Waits for a turn of the event loop in which no other program is started: to start one copies the page tables of this process,
 * which holds a large server up for some 30 ms.
 */
function turnToStart(): Promise<void> {
  lastStart = lastStart.then(() => setImmediate());
  return lastStart;
}

/** Null: it says none. Throws when it could not be asked. */
async function askVersion(path: string, versionArguments: readonly string[]): Promise<string | null> {
  await turnToStart();
  const env = { ...childEnvironment(), LC_ALL: 'C' };
  const output = await run(path, [...versionArguments], { timeout: 5_000, env }).then(
    ({ stdout, stderr }) => stdout + stderr,
    // some tools print their version, or that they know none, and end with a status of 1
    (error: { code?: unknown; stdout?: string; stderr?: string }) => {
      if (typeof error.code !== 'number') throw error;
      return `${error.stdout ?? ''}${error.stderr ?? ''}`;
    },
  );
  return (/\d+(?:\.\d+)+[a-z]?/.exec(output) ?? /\b\d{2,4}\b/.exec(output))?.[0] ?? null;
}

function isOlder(version: string, minimum: string): boolean {
  const a = version.split('.').map(Number);
  const b = minimum.split('.').map(Number);
  for (let i = 0; i < b.length; i++) {
    if ((a[i] || 0) !== b[i]) return (a[i] || 0) < (b[i] ?? 0);
  }
  return false;
}

async function inspectMachine(home: string): Promise<readonly MachineCheck[]> {
  const shared = sharingCheck(home);
  return [
    nodeCheck(),
    libraryCheck(),
    await sandboxCheck(),
    homeCheck(home),
    await databaseCheck(home),
    diskCheck(home),
    ...(shared ? [shared] : []),
  ];
}

function nodeCheck(): MachineCheck {
  const ok = !isOlder(process.versions.node, '20.19');
  return {
    name: 'Node.js',
    ok,
    summary: `Node.js ${process.versions.node}`,
    remedy: ok ? null : 'Install Node.js 20.19 or newer.',
  };
}

/** Tries a real sandbox, because many switches of a system can forbid it. */
async function sandboxCheck(): Promise<MachineCheck> {
  const runtime = '/run/prefix-studio/runtime';
  const probe = await probeSandbox(
    [{ source: runtimeFolder(), target: runtime, access: 'read-only' }],
    [`${runtime}/ebuild.bash`],
  );
  const name = 'Sandbox';
  if (probe.kind === 'usable') return { name, ok: true, summary: probe.facts, remedy: null };
  return { name, ok: false, summary: `builds cannot be sandboxed: ${probe.reason}`, remedy: probe.hint };
}

/**
 * The glibc that this process runs on; null: another C library. `process.report` knows it too, but looks up the name of
 * everybody who is connected, and the server waits for that.
 */
function glibcHere(): string | null {
  known ??= { version: readGlibc() };
  return known.version;
}

/** It stays the same as long as this process lives. */
let known: { readonly version: string | null } | null = null;

function readGlibc(): string | null {
  try {
    const path = /\/\S*\/libc[.-]\S*$/m.exec(readFileSync('/proc/self/maps', 'latin1'))?.[0];
    return path === undefined ? null : glibcVersionIn(readFileSync(path, 'latin1'));
  } catch {
    return null;
  }
}

/** Prefixes get the C runtime of this machine's compiler, whose layout is that of glibc. */
function libraryCheck(): MachineCheck {
  const version = glibcHere();
  return {
    name: 'C library',
    ok: version !== null,
    summary: version === null ? 'not glibc' : `glibc ${version}`,
    remedy: version === null ? containerHint : null,
  };
}

function homeCheck(home: string): MachineCheck {
  const name = 'Data folder';
  try {
    makeWritableFolder(home);
    return { name, ok: true, summary: `${home} is writable`, remedy: null };
  } catch (error) {
    const { message, hint } = error as StudioError;
    return { name, ok: false, summary: message, remedy: hint ?? null };
  }
}

/** Opens it as every command does. A file that nobody has made yet is made by the first command that needs it. */
async function databaseCheck(home: string): Promise<MachineCheck> {
  const name = 'Database';
  try {
    const { database } = homeLayout(home);
    if (secretSetting('DATABASE_URL') === undefined && !existsSync(database)) {
      return { name, ok: true, summary: `${database} will be made`, remedy: null };
    }
    const studio = await openDatabase({ home, onlyReads: true });
    await studio.close();
    const summary = studio.kind === 'sqlite' ? `${database} answers` : 'the PostgreSQL of DATABASE_URL answers';
    return { name, ok: true, summary, remedy: null };
  } catch (error) {
    const { message, hint } = tellable(error);
    return { name, ok: false, summary: message, remedy: hint ?? null };
  }
}

function diskCheck(home: string): MachineCheck {
  const name = 'Disk';
  const disk = diskOf(home);
  if (!disk) return { name, ok: true, summary: 'free space is not known', remedy: null };
  const { freeBytes, inodes, freeInodes, type, source, mountPoint } = disk;
  const hasInodes = inodes === 0 || freeInodes >= enoughInodes;
  const ok = freeBytes >= enoughDiskBytes && hasInodes;
  const remedy = ok
    ? null
    : 'Free some space (`prefix-studio clean` shows what can be removed), or set PREFIX_STUDIO_HOME to a folder on another disk.';
  const files = hasInodes ? '' : ` and only ${freeInodes} inodes for files`;
  const free = `${(freeBytes / 1024 ** 3).toFixed(1)} GiB${files} free below ${home}`;
  return { name, ok, summary: `${free} (${source}, ${type}, at ${mountPoint})`, remedy };
}

/** What is known to be unsafe where several machines may use the home. Null: it is a disk of this machine. */
function sharingCheck(home: string): MachineCheck | null {
  const type = diskOf(home)?.type ?? '';
  const sharing = sharingOf(type);
  if (sharing === 'local') return null;
  const locks = sharing === 'network' ? 'locks reach other machines' : 'locks do NOT reach other machines';
  const remedy =
    sharing === 'network'
      ? 'It is better to put PREFIX_STUDIO_HOME on a local disk and let several machines share PostgreSQL (DATABASE_URL).'
      : 'Use it from one machine only, or put PREFIX_STUDIO_HOME on a local disk and share PostgreSQL (DATABASE_URL).';
  return {
    name: 'Shared disk',
    ok: true,
    summary: `${home} is on ${type}: ${locks}; SQLite works without its write-ahead log`,
    remedy,
  };
}
