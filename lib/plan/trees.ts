import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { dataHome } from '../home';
import { childEnvironment } from '../host/child-environment';
import { removeTree } from '../host/remove-tree';
import { findFlatcarOverlays } from '../repo';
import { PlanError } from './errors';
import { checkedOutCommit } from './git-commit';

/** A checkout of flatcar/scripts that designs can name in `tree`. */
export interface RegisteredTree {
  readonly name: string;
  /** folder of the checkout, or the folder that holds the three overlays */
  readonly folder: string;
  /** where it was cloned from; null: a folder of the user, never written to */
  readonly url: string | null;
  /** commit that is checked out; null when it is no git checkout that is understood */
  readonly commit: string | null;
  /** false: the folder is gone or holds no overlays any more */
  readonly usable: boolean;
}

interface Entry {
  readonly name: string;
  readonly folder: string;
  readonly url: string | null;
}

const registryFile = (home: string): string => join(home, 'trees.json');

function readRegistry(home: string): Entry[] {
  try {
    return JSON.parse(readFileSync(registryFile(home), 'utf8')) as Entry[];
  } catch {
    return [];
  }
}

function writeRegistry(home: string, entries: readonly Entry[]): void {
  mkdirSync(home, { recursive: true });
  const temporary = `${registryFile(home)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(entries, null, 1)}\n`);
  renameSync(temporary, registryFile(home));
}

/**
 * What a repository brings along never runs, and git goes nowhere but to the address: no hooks, no submodules, no helpers,
 * no other transports. Objects are checked as they come in.
 */
const carefulGit: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'transfer.fsckObjects=true',
  'transfer.bundleURI=false',
  'http.followRedirects=initial',
  'credential.interactive=false',
  'protocol.allow=never',
  ...['https', 'http', 'ssh', 'git', 'file'].map((protocol) => `protocol.${protocol}.allow=always`),
].flatMap((setting) => ['-c', setting]);

/** Longest time of a clone, and most bytes that are received; the whole of flatcar/scripts has some 300 MB. */
const cloneLimits = { ms: 60 * 60_000, receivedBytes: 8 * 2 ** 30 };

/** Variables that would have git work on another repository than the one it is given. */
const elsewhere = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_NAMESPACE'];

/** Nobody is there to answer a question. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    ...childEnvironment(),
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
  };
  for (const name of elsewhere) delete environment[name];
  return environment;
}

function isUsable(folder: string): boolean {
  try {
    findFlatcarOverlays(folder);
    return true;
  } catch {
    return false;
  }
}

const describe = (entry: Entry): RegisteredTree => ({
  ...entry,
  commit: checkedOutCommit(entry.folder),
  usable: isUsable(entry.folder),
});

/** Registered trees by name. */
export function listTrees(home: string = dataHome()): RegisteredTree[] {
  return readRegistry(home)
    .map(describe)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Folder of a registered tree. Throws `TREE_UNKNOWN`. */
export function treeFolder(name: string, home: string = dataHome()): string {
  const entries = readRegistry(home);
  const found = entries.find((entry) => entry.name === name);
  if (found) return found.folder;
  const names = ['starter', ...entries.map((entry) => entry.name)];
  throw new PlanError('TREE_UNKNOWN', `no package tree is called \`${name}\``, {
    hint: `Known: ${names.join(', ')}. Add a checkout of flatcar/scripts under this name first.`,
    details: { name, known: names },
  });
}

function checkName(name: string, home: string): void {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name) || name === 'starter') {
    throw new PlanError('TREE_NAME', `\`${name}\` cannot be the name of a tree`, {
      hint: 'Use letters, digits, `.`, `_` and `-`; `starter` is taken.',
      details: { name },
    });
  }
  if (readRegistry(home).some((entry) => entry.name === name)) {
    throw new PlanError('TREE_EXISTS', `there is already a tree called \`${name}\``, {
      hint: 'Choose another name, or remove that one first.',
      details: { name },
    });
  }
}

/** Registers a folder of the user. Throws `TREE_NAME`, `TREE_EXISTS`, `TREE_NOT_FOUND`. */
export function addTree(name: string, folder: string, home: string = dataHome()): RegisteredTree {
  checkName(name, home);
  const absolute = resolve(folder);
  findFlatcarOverlays(absolute);
  const entry: Entry = { name, folder: absolute, url: null };
  writeRegistry(home, [...readRegistry(home), entry]);
  return describe(entry);
}

/** Forgets a tree; a clone of ours is deleted, a folder of the user stays. Throws `TREE_UNKNOWN`. */
export async function forgetTree(name: string, home: string = dataHome()): Promise<void> {
  const folder = treeFolder(name, home);
  const isOurs = readRegistry(home).some((entry) => entry.name === name && entry.url !== null);
  if (isOurs && dirname(folder) === join(home, 'trees')) await removeTree(folder);
  // read again: it may have taken a while
  writeRegistry(
    home,
    readRegistry(home).filter((entry) => entry.name !== name),
  );
}

export interface CloneProgress {
  /** what git is doing: `Receiving objects` */
  readonly step: string;
  /** 0 to 100; null while git does not know */
  readonly percent: number | null;
}

export interface CloneOptions {
  readonly home?: string;
  /** branch or tag; default: the repository's own */
  readonly branch?: string;
  readonly onProgress?: (progress: CloneProgress) => void;
  readonly signal?: AbortSignal;
}

function explainGit(output: string, url: string): { message: string; hint: string } {
  const lines = output.trim().split(/[\r\n]+/);
  // git goes on with advice after its reason
  const last =
    lines.find((line) => /^(?:ssh|fatal|error|remote: error|host key|\S+: permission denied)\b/i.test(line)) ??
    lines.at(-1) ??
    '';
  if (
    /Could not resolve host|Network is unreachable|Connection (?:refused|timed out)|Failed to connect|unable to access/i.test(
      output,
    )
  ) {
    return {
      message: `\`${url}\` cannot be reached: ${last}`,
      hint: 'Check the network and the proxy, or clone it elsewhere and add the folder.',
    };
  }
  if (/Remote branch .* not found/i.test(output))
    return { message: last, hint: 'Choose a branch or tag that the repository has.' };
  if (/not found|does not appear to be a git repository|does not exist/i.test(output)) {
    return { message: `\`${url}\` is no git repository: ${last}`, hint: 'Check the address.' };
  }
  if (/Could not read from remote repository/i.test(output)) {
    return {
      message: `\`${url}\` lets nobody in: ${last}`,
      hint: 'Check the key of your ssh, or clone it by hand and add the folder.',
    };
  }
  return { message: `\`git clone\` of \`${url}\` failed: ${last}`, hint: 'Clone it by hand and add the folder.' };
}

/** Is it something to clone, not a folder? A URL, or `user@host:path` as ssh has it. */
export const isGitAddress = (location: string): boolean =>
  /^[a-z][a-z+]*:\/\//i.test(location) || /^[\w.][\w.-]*@[\w.-]+:[^\s]+$/.test(location);

/** Clones into a folder that is replaced; on failure nothing is left. Throws `GIT_MISSING`, `CLONE_FAILED`. */
async function cloneInto(url: string, folder: string, options: CloneOptions): Promise<void> {
  if (!isGitAddress(url) || (url.includes('://') && !/^(?:https?|git|ssh|file):\/\/[^\s-]\S*$/.test(url))) {
    throw new PlanError('CLONE_FAILED', `\`${url}\` is not a git URL`, {
      hint: 'Write `https://…`, `ssh://…`, `git@host:path`, `git://…` or `file://…`.',
      details: { url },
    });
  }
  await removeTree(folder);
  mkdirSync(dirname(folder), { recursive: true });
  const branch = options.branch === undefined ? [] : [`--branch=${options.branch}`];
  const shallow = ['--depth=1', '--single-branch', '--no-tags', '--no-recurse-submodules', '--template='];
  const args = [...carefulGit, 'clone', ...shallow, '--progress', ...branch, '--', url, folder];
  const output = await runGit(args, options);
  if (output.exitCode === 0) return;
  await removeTree(folder);
  options.signal?.throwIfAborted();
  const { message, hint } = output.limit === null ? explainGit(output.text, url) : beyondLimit(output.limit, url);
  throw new PlanError('CLONE_FAILED', message, { hint, details: { url, exitCode: output.exitCode ?? -1 } });
}

/**
 * Folder of a repository that a design names: the folder itself, or the clone of a URL below the data folder, made when
 * it is not there yet. Throws `REPOSITORY_MISSING`, `GIT_MISSING`, `CLONE_FAILED`.
 */
export async function repositoryFolder(
  repository: { readonly name: string; readonly location: string },
  options: CloneOptions = {},
): Promise<string> {
  const { name, location } = repository;
  if (location.startsWith('/')) {
    if (existsSync(location)) return location;
    throw new PlanError('REPOSITORY_MISSING', `repository \`${name}\`: \`${location}\` is no folder of this machine`, {
      hint: 'Correct its location, or give the URL it can be cloned from.',
      details: { name, location },
    });
  }
  const key = createHash('sha256').update(location).digest('hex').slice(0, 12);
  const folder = join(options.home ?? dataHome(), 'repositories', `${name}-${key}`);
  if (existsSync(folder)) return folder;
  await cloneInto(location, `${folder}.partial`, options);
  renameSync(`${folder}.partial`, folder);
  return folder;
}

/**
 * Clones a repository below the data folder and registers it; only the newest commit is fetched.
 * Throws `TREE_NAME`, `TREE_EXISTS`, `GIT_MISSING`, `CLONE_FAILED`, `TREE_NOT_FOUND`.
 */
export async function cloneTree(name: string, url: string, options: CloneOptions = {}): Promise<RegisteredTree> {
  const home = options.home ?? dataHome();
  checkName(name, home);
  const folder = join(home, 'trees', name);
  const partial = `${folder}.partial`;
  await cloneInto(url, partial, options);
  try {
    findFlatcarOverlays(partial);
  } catch (error) {
    await removeTree(partial);
    throw error;
  }
  await removeTree(folder);
  renameSync(partial, folder);
  const entry: Entry = { name, folder, url };
  writeRegistry(home, [...readRegistry(home), entry]);
  return describe(entry);
}

interface GitOutput {
  readonly exitCode: number | null;
  readonly text: string;
  /** why it was ended from here */
  readonly limit: string | null;
}

const beyondLimit = (limit: string, url: string): { message: string; hint: string } => ({
  message: `\`git clone\` of \`${url}\` was ended: ${limit}`,
  hint: 'Clone it by hand and add the folder.',
});

/** Bytes that a line of progress says were received: `Receiving objects: 10% (1/10), 1.20 GiB | 3 MiB/s`. */
export function receivedBytes(row: string): number {
  const match = /^Receiving objects:.*?, (\d{1,9}(?:\.\d{1,3})?) (bytes|KiB|MiB|GiB)/.exec(row.slice(0, 200));
  const power = ['bytes', 'KiB', 'MiB', 'GiB'].indexOf(match?.[2] ?? 'bytes');
  return Number(match?.[1] ?? 0) * 1024 ** power;
}

function runGit(args: readonly string[], options: CloneOptions): Promise<GitOutput> {
  return new Promise((resolveRun, reject) => {
    // a group of its own, so that the helper that fetches ends with it
    const child = spawn('git', args, { stdio: ['ignore', 'ignore', 'pipe'], env: gitEnvironment(), detached: true });
    let limit: string | null = null;
    const end = (): void => {
      if (child.pid === undefined || child.exitCode !== null) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it ended meanwhile
      }
    };
    const endFor = (reason: string): void => {
      limit ??= reason;
      end();
    };
    const timer = setTimeout(() => endFor(`it took longer than ${cloneLimits.ms / 60_000} minutes`), cloneLimits.ms);
    if (options.signal?.aborted) end();
    options.signal?.addEventListener('abort', end, { once: true });
    let text = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (piece: string) => {
      text = (text + piece).slice(-20_000);
      for (const row of piece.split(/[\r\n]+/)) {
        const match = /^(?:remote: )?([A-Z][A-Za-z ]+):\s+(?:(\d+)%)?/.exec(row);
        if (match) options.onProgress?.({ step: match[1] as string, percent: match[2] ? Number(match[2]) : null });
        if (receivedBytes(row) > cloneLimits.receivedBytes) endFor('it is larger than 8 GiB');
      }
    });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', end);
    };
    child.once('error', (cause: NodeJS.ErrnoException) => {
      settle();
      reject(
        cause.code === 'ENOENT'
          ? new PlanError('GIT_MISSING', '`git` is not installed', {
              hint: 'Install git, or add a folder instead.',
              cause,
            })
          : cause,
      );
    });
    child.once('close', (exitCode) => {
      settle();
      resolveRun({ exitCode, text, limit });
    });
  });
}
