import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { DoctorReport, MachineCheck, ToolReport } from '../api/wire';
import { runtimeFolder } from '../engine/phases';
import { type HostTool, hostTools } from '../engine/requirements';
import { dataHome } from '../home';
import { probeSandbox } from '../host/sandbox-probe';

const run = promisify(execFile);

/** Lowest versions that are known to work. */
const minimums: Readonly<Record<string, string>> = { bash: '5.0', bwrap: '0.4' };

/** A build of the largest starter with its sources fits into this. */
const enoughDiskBytes = 4 * 1024 ** 3;

/** Which tools are there, in which version, what each is for and how to get it; and what the machine must allow. */
export async function diagnose(home: string = dataHome()): Promise<DoctorReport> {
  const [tools, machine] = await Promise.all([Promise.all(hostTools.map(inspectTool)), inspectMachine(home)]);
  const missing = hostTools.filter((_, i) => tools[i]?.state === 'missing');
  const packages = [...new Set(missing.map((tool) => tool.debianPackage))].sort();
  const hasApt = (await findInPath('apt-get')) !== null;
  return {
    ok: machine.every((check) => check.ok) && tools.every((tool) => tool.state === 'ok' || tool.need !== 'required'),
    tools,
    machine,
    installCommand: packages.length > 0 && hasApt ? `${sudo()}apt-get install ${packages.join(' ')}` : null,
  };
}

const sudo = (): string => (process.getuid?.() === 0 ? '' : 'sudo ');

async function inspectTool(tool: HostTool): Promise<ToolReport> {
  const minimum = minimums[tool.command] ?? null;
  const base = {
    name: tool.command,
    purpose: tool.neededFor,
    need: tool.required ? ('required' as const) : ('optional' as const),
    minimum,
  };
  const path = await findAny([tool.command, ...(tool.alternatives ?? [])]);
  const remedy = `${sudo()}apt-get install ${tool.debianPackage}`;
  if (path === null) return { ...base, state: 'missing', path: null, version: null, remedy };
  const version = await versionOf(path, tool.versionArguments);
  const old = minimum !== null && version !== null && isOlder(version, minimum);
  return { ...base, state: old ? 'old' : 'ok', path, version, remedy: old ? remedy : null };
}

async function findAny(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = await findInPath(name);
    if (path !== null) return path;
  }
  return null;
}

async function findInPath(name: string): Promise<string | null> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

async function versionOf(path: string, versionArguments: readonly string[] | null): Promise<string | null> {
  if (versionArguments === null) return null;
  const options = { timeout: 5_000, env: { ...process.env, LC_ALL: 'C' } };
  const output = await run(path, [...versionArguments], options).then(
    ({ stdout, stderr }) => stdout + stderr,
    // some tools print their version and end with a status of 1
    (error: { stdout?: string; stderr?: string }) => `${error.stdout ?? ''}${error.stderr ?? ''}`,
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
  return [nodeCheck(), await sandboxCheck(), await homeCheck(home), await diskCheck(home)];
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

async function homeCheck(home: string): Promise<MachineCheck> {
  const name = 'Data folder';
  try {
    await mkdir(home, { recursive: true });
    await access(home, constants.W_OK);
    return { name, ok: true, summary: `${home} is writable`, remedy: null };
  } catch {
    return {
      name,
      ok: false,
      summary: `${home} is not writable`,
      remedy: 'Set PREFIX_STUDIO_HOME to a folder that you own.',
    };
  }
}

async function diskCheck(home: string): Promise<MachineCheck> {
  const name = 'Disk';
  try {
    const { bavail, bsize } = await statfs(home);
    const freeBytes = bavail * bsize;
    const ok = freeBytes >= enoughDiskBytes;
    const remedy = ok ? null : 'Free some space, or set PREFIX_STUDIO_HOME to a folder on another disk.';
    return { name, ok, summary: `${(freeBytes / 1024 ** 3).toFixed(1)} GiB free below ${home}`, remedy };
  } catch {
    return { name, ok: true, summary: 'free space is not known', remedy: null };
  }
}
