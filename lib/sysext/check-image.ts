import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SysextOptions } from '../design/schema';
import { programRoot } from '../home';
import { findProgram } from '../host/find-program';
import { howToGetCommand } from '../host/install-advice';
import { keptWords } from '../inspect/finding-words';
import { startProgram } from '../inspect/start-program';
import type { FailedStart, ImageFacts, ProofCheck } from '../layout/events';
import { type Board, boards } from '../layout/names';
import { SysextError } from './errors';
import { runTool, type ToolOutcome } from './run-tool';

type Finding = ProofCheck['findings'][number];

export interface ImageCheckRequest {
  readonly image: ImageFacts;
  readonly name: string;
  readonly board: Board;
  readonly eprefix: string;
  readonly options: SysextOptions;
  readonly smoke: readonly (readonly string[])[];
  readonly signal?: AbortSignal;
}

const nativeArchitecture: Readonly<Record<string, string>> = { x64: 'x86-64', arm64: 'arm64' };

/**
 * Checks a packed image from outside: `systemd-dissect` takes it for a system extension, and, where this process may mount,
 * `systemd-sysext` really merges it in a mount namespace of its own and the program starts from there, inside the sandbox.
 */
export async function checkImage(request: ImageCheckRequest): Promise<ProofCheck> {
  const findings: Finding[] = [];
  const said: string[] = [];
  const leftOut: string[] = [];
  for (const step of [dissect, testMerge]) {
    const outcome = await step(request);
    if (outcome.kind === 'passed') said.push(outcome.text);
    else if (outcome.kind === 'skipped') leftOut.push(outcome.text);
    else {
      const { text: detail, start } = outcome;
      findings.push({ path: request.image.fileName, owner: null, detail, severity: 'leak', ...(start && { start }) });
    }
  }
  const ok = findings.length === 0 && said.length > 0;
  const summary = [
    ...findings.map((found) => found.detail),
    ...said,
    ...leftOut.map((text) => `Not tried: ${text}`),
  ].join('. ');
  const skipped = findings.length === 0 && said.length === 0 ? { skipped: leftOut.join('; ') } : {};
  return { name: 'image', ok, ...skipped, summary: `${summary}.`, findings };
}

interface StepOutcome {
  readonly kind: 'passed' | 'failed' | 'skipped';
  readonly text: string;
  /** the command of the design that failed */
  readonly start?: FailedStart;
}

function notInstalled(command: string): StepOutcome {
  const how = howToGetCommand(command)?.replace(/\.$/, '');
  return { kind: 'skipped', text: [`${command} is not installed`, ...(how ? [how] : [])].join('. ') };
}

async function dissect({ image, board, signal }: ImageCheckRequest): Promise<StepOutcome> {
  const outcome = await tryTool('systemd-dissect', ['--json=short', image.path], signal);
  if (outcome === null) return notInstalled('systemd-dissect');
  if (outcome.exitCode !== 0) {
    // without loop devices (containers, ordinary users) the image cannot even be looked at
    if (/permission|not permitted|loop|interactive authentication/i.test(outcome.output))
      return { kind: 'skipped', text: 'systemd-dissect is not allowed to attach images here' };
    return { kind: 'failed', text: `systemd-dissect refuses the image: ${lastLine(outcome.output)}` };
  }
  const facts = JSON.parse(firstJson(outcome.output)) as { useSystemExtension?: boolean; extensionRelease?: string[] };
  if (facts.useSystemExtension !== true)
    return { kind: 'failed', text: 'systemd-dissect does not accept the image as a system extension' };
  const wanted = `ARCHITECTURE=${boards[board].sysextArchitecture}`;
  if (!facts.extensionRelease?.includes(wanted)) return { kind: 'failed', text: `extension-release lacks ${wanted}` };
  return { kind: 'passed', text: 'systemd-dissect accepts it as a system extension' };
}

async function testMerge(request: ImageCheckRequest): Promise<StepOutcome> {
  const { image, name, board, eprefix, smoke } = request;
  if (process.getuid?.() !== 0) return { kind: 'skipped', text: 'merging needs root' };
  const native = nativeArchitecture[process.arch] === boards[board].sysextArchitecture;
  if (!native) return { kind: 'skipped', text: `systemd-sysext merges only images of this machine's processor` };
  const work = await mkdtemp(join(tmpdir(), 'prefix-studio-merge-'));
  try {
    const release = join(work, 'os-release');
    const target = join(work, 'root');
    await writeFile(release, targetRelease(request.options));
    await mkdir(target);
    if (findProgram('unshare') === null) return notInstalled('unshare');
    const [program = '', ...rest] = smoke[0] ?? [];
    const command = smoke[0] ? [`${eprefix}/${program}`, ...rest] : [];
    const script = join(programRoot(), 'lib/sysext/merge-test.bash');
    const words = join(work, 'words');
    const merge = ['bash', script, image.path, name, release, target, words];
    const end = await runMerge(request, [...launch, ...merge], target, command);
    return judgeMerge({ ...end, words: await readFile(words, 'utf8').catch(() => '') }, eprefix, command);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** As root of this machine, in a mount namespace of its own; ends when this process ends. */
const launch = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount'];

/** What was said where the command of the design ran, or did not. */
interface MergeEnd {
  /** by the command, or by what should have started the script */
  readonly output: string;
  /** as the end of a sentence: how all of it ended */
  readonly how: string;
}

/** Merges, and starts the command inside the sandbox over the merged tree. */
async function runMerge(
  { eprefix, signal }: ImageCheckRequest,
  launcher: readonly string[],
  target: string,
  command: readonly string[],
): Promise<MergeEnd> {
  const [program = '', ...args] = launcher;
  if (command.length === 0) return { output: (await runTool(program, args, { signal })).output, how: 'ended' };
  const hierarchy = `/${eprefix.split('/')[1]}`;
  const mounts = [{ source: `${target}${hierarchy}`, target: hierarchy, access: 'read-only' as const }];
  return startProgram({ eprefix, mounts, emulator: null, command, launcher, signal });
}

/** An os-release that the image is made for. */
function targetRelease(options: SysextOptions): string {
  if (options.target === 'any') return 'ID=anything\nVERSION_ID=1\n';
  return options.match === 'version-id'
    ? `ID=flatcar\nVERSION_ID=${options.level}\n`
    : `ID=flatcar\nVERSION_ID=0\nSYSEXT_LEVEL=${options.level}\n`;
}

/** `words`: what the script and the tools said, where no program of the image can write. */
function judgeMerge(
  { output, how: end, words }: MergeEnd & { readonly words: string },
  eprefix: string,
  command: readonly string[],
): StepOutcome {
  const lines = words.split('\n');
  const hierarchy = `/${eprefix.split('/')[1]}`;
  if (/systemd-sysext: (command )?not found/.test(words)) return notInstalled('systemd-sysext');
  if (!lines.includes(`merged ${hierarchy}`)) {
    // the command has not been started
    const said = `${words}\n${output}`;
    if (/not permitted|permission denied|loop device/i.test(said))
      return { kind: 'skipped', text: 'this machine does not allow a trial merge' };
    return { kind: 'failed', text: `systemd-sysext did not merge ${hierarchy}: ${lastLine(said)}` };
  }
  if (command.length === 0) return { kind: 'passed', text: `systemd-sysext merged it over ${hierarchy}` };
  const status = /^ended (\d+)$/m.exec(words)?.[1];
  const shown = command.join(' ');
  if (status !== '0') {
    const how = status === undefined ? end : `returned ${status}`;
    return {
      kind: 'failed',
      text: `merged over ${hierarchy}, but \`${shown}\` ${how}${output === '' ? '' : `: ${lastLine(output)}`}`,
      start: {
        command: shown.slice(eprefix.length + 1),
        exitCode: status === undefined ? null : Number(status),
        how,
        output: keptWords(output),
      },
    };
  }
  return { kind: 'passed', text: `systemd-sysext merged it over ${hierarchy} and \`${shown}\` ran from there` };
}

async function tryTool(
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ToolOutcome | null> {
  try {
    return await runTool(command, args, { signal });
  } catch (error) {
    if (error instanceof SysextError && error.code === 'TOOL_MISSING') return null;
    throw error;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').pop()?.slice(0, 300) ?? '';

/** `systemd-dissect` may print warnings before its JSON. */
const firstJson = (text: string): string => text.split('\n').find((line) => line.startsWith('{')) ?? '{}';
