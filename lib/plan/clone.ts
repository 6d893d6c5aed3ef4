import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeTree } from '../host/remove-tree';
import { PlanError } from './errors';
import { type GitResult, runGit } from './git-program';

export interface CloneProgress {
  /** what git is doing: `Receiving objects` */
  readonly step: string;
  /** 0 to 100; null while git does not know */
  readonly percent: number | null;
}

/** How much of a stranger's repository is taken; the whole of flatcar/scripts has some 300 MB in 60,000 files. */
export interface CloneLimits {
  readonly ms: number;
  readonly receivedBytes: number;
  /** files of the commit that is checked out, and their sizes together */
  readonly files: number;
  readonly checkedOutBytes: number;
}

export const cloneLimits: CloneLimits = {
  ms: 60 * 60_000,
  receivedBytes: 8 * 2 ** 30,
  files: 1_000_000,
  checkedOutBytes: 8 * 2 ** 30,
};

export interface CloneOptions {
  readonly home?: string;
  /** branch or tag; default: the repository's own */
  readonly branch?: string;
  /** commit to check out, all digits; default: the newest of the branch */
  readonly commit?: string;
  readonly onProgress?: (progress: CloneProgress) => void;
  readonly signal?: AbortSignal;
  /** further settings of git, `name=value` */
  readonly settings?: readonly string[];
  /** default `cloneLimits` */
  readonly limits?: CloneLimits;
}

/** Is it something to clone, not a folder? A URL, or `user@host:path` as ssh has it. */
export const isGitAddress = (location: string): boolean =>
  /^[a-z][a-z+]*:\/\//i.test(location) || /^[\w.][\w.-]*@[\w.-]+:[^\s]+$/.test(location);

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
    return { message: `\`${url}\` is not a git repository: ${last}`, hint: 'Check the address.' };
  }
  if (/Could not read from remote repository/i.test(output)) {
    return {
      message: `\`${url}\` refuses access: ${last}`,
      hint: 'Check your ssh key, or clone it by hand and add the folder.',
    };
  }
  return { message: `\`git clone\` of \`${url}\` failed: ${last}`, hint: 'Clone it by hand and add the folder.' };
}

/** Bytes that a line of progress says were received: `Receiving objects: 10% (1/10), 1.20 GiB | 3 MiB/s`. */
export function receivedBytes(row: string): number {
  const match = /^Receiving objects:.*?, (\d{1,9}(?:\.\d{1,3})?) (bytes|KiB|MiB|GiB)/.exec(row.slice(0, 200));
  const power = ['bytes', 'KiB', 'MiB', 'GiB'].indexOf(match?.[2] ?? 'bytes');
  return Number(match?.[1] ?? 0) * 1024 ** power;
}

/** Adds up what `git ls-tree -r -l -z` lists, piece by piece: `100644 blob <hash> <size>\t<path>` before a NUL. */
class ListingMeter {
  private files = 0;
  private bytes = 0;
  private rest = '';

  constructor(private readonly limits: CloneLimits) {}

  /** Why the listing is too much; null: it is not, so far. */
  add(text: string): string | null {
    const rows = (this.rest + text).split('\0');
    // a path has no end of its own, but sizes stand before it
    this.rest = (rows.pop() ?? '').slice(0, 8192);
    for (const row of rows) {
      this.files++;
      this.bytes += Number(/^\d+ \w+ [0-9a-f]+ +(\d+)\t/.exec(row.slice(0, 200))?.[1] ?? 0);
    }
    if (this.files > this.limits.files) return `it holds more than ${this.limits.files} files`;
    if (this.bytes > this.limits.checkedOutBytes)
      return `its files have more than ${this.limits.checkedOutBytes} bytes`;
    return null;
  }
}

/** Bytes of the objects that a clone received; git unpacks small ones, which are few. */
function receivedSize(folder: string): number {
  const objects = join(folder, '.git/objects');
  const names = readdirSync(objects, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + lstatSync(join(objects, name)).size, 0);
}

/** One clone: what arrives is measured before files are made of it, since a few kB can stand for all of a disk. */
class Clone {
  private readonly limits: CloneLimits;

  constructor(
    private readonly url: string,
    private readonly folder: string,
    private readonly options: CloneOptions,
  ) {
    this.limits = options.limits ?? cloneLimits;
  }

  async make(): Promise<void> {
    const { url, folder, limits } = this;
    const { branch, commit, settings = [] } = this.options;
    const more = settings.flatMap((setting) => ['-c', setting]);
    const place = branch === undefined ? [] : [`--branch=${branch}`];
    const shallow = ['--depth=1', '--single-branch', '--no-tags', '--no-recurse-submodules', '--template='];
    await this.run([...more, 'clone', '--no-checkout', ...shallow, '--progress', ...place, '--', url, folder]);
    const inside = ['-C', folder];
    if (commit !== undefined) {
      const few = ['--depth=1', '--no-tags', '--no-recurse-submodules', '--progress'];
      await this.run([...more, ...inside, 'fetch', ...few, 'origin', commit]);
    }
    const wanted = commit ?? 'HEAD';
    // what came quickly, or over a transport that tells nothing on the way
    if (receivedSize(folder) > limits.receivedBytes)
      throw this.tooMuch(`it sends more than ${limits.receivedBytes} bytes`);
    const meter = new ListingMeter(limits);
    await this.run([...inside, 'ls-tree', '-r', '-l', '-z', wanted], (text) => meter.add(text));
    await this.run([...inside, 'checkout', '--force', '--progress', ...(commit ? ['--detach'] : []), wanted, '--']);
  }

  private async run(args: readonly string[], onOutput?: (text: string) => string | null): Promise<void> {
    const { signal } = this.options;
    const onProgress = (text: string): string | null => this.follow(text);
    const result = await runGit({ args, signal, mostMs: this.limits.ms, onProgress, onOutput });
    signal?.throwIfAborted();
    // git may have come to its end before it could be ended
    if (result.exitCode !== 0 || result.limit !== null) throw this.failure(result);
  }

  private follow(text: string): string | null {
    for (const row of text.split(/[\r\n]+/)) {
      const match = /^(?:remote: )?([A-Z][A-Za-z ]{0,60}):\s+(?:(\d+)%)?/.exec(row.slice(0, 200));
      if (match) this.options.onProgress?.({ step: match[1] as string, percent: match[2] ? Number(match[2]) : null });
      if (receivedBytes(row) > this.limits.receivedBytes)
        return `it sends more than ${this.limits.receivedBytes} bytes`;
    }
    return null;
  }

  private failure({ exitCode, told, limit }: GitResult): PlanError {
    const { url } = this;
    if (limit !== null) return this.tooMuch(limit);
    const { message, hint } = explainGit(told, url);
    return new PlanError('CLONE_FAILED', message, { hint, details: { url, exitCode: exitCode ?? -1 } });
  }

  private tooMuch(limit: string): PlanError {
    const { url } = this;
    return new PlanError('CLONE_FAILED', `\`git clone\` of \`${url}\` was ended: ${limit}`, {
      hint: 'Clone it by hand and add the folder, if it is what you want.',
      details: { url },
    });
  }
}

/** Clones into a folder that is replaced; on failure nothing is left. Throws `GIT_MISSING`, `CLONE_FAILED`. */
export async function cloneInto(url: string, folder: string, options: CloneOptions): Promise<void> {
  if (!isGitAddress(url) || (url.includes('://') && !/^(?:https?|git|ssh|file):\/\/[^\s-]\S*$/.test(url))) {
    throw new PlanError('CLONE_FAILED', `\`${url}\` is not a git URL`, {
      hint: 'Write `https://…`, `ssh://…`, `git@host:path`, `git://…` or `file://…`.',
      details: { url },
    });
  }
  await removeTree(folder);
  mkdirSync(dirname(folder), { recursive: true });
  try {
    await new Clone(url, folder, options).make();
  } catch (error) {
    await removeTree(folder);
    throw error;
  }
}
