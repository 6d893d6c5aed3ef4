import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { bubblewrapArguments, type SandboxMount } from '../host/sandbox';
import { runtimeFolder } from './phases';

export interface MetadataQuestion {
  /** absolute path of the ebuild */
  readonly path: string;
  readonly category: string;
  /** eclass directories, the one that wins first */
  readonly eclassDirs: readonly string[];
}

export type MetadataAnswer =
  | {
      readonly kind: 'ok';
      /** keys of an md5-cache entry without `_md5_` and `_eclasses_`; empty ones are left out */
      readonly keys: Readonly<Record<string, string>>;
      /** every eclass inherited, directly or not, sorted by name, with the file that was used */
      readonly eclasses: readonly { readonly name: string; readonly path: string }[];
    }
  | { readonly kind: 'failed'; readonly message: string };

/** Sources ebuilds and says what they declare. Answers may come in any order of the questions. */
export interface MetadataPhase {
  read(question: MetadataQuestion): Promise<MetadataAnswer>;
  /** Ends the shells. Open questions are answered with `failed`. */
  close(): void;
}

export interface MetadataPhaseOptions {
  /** folders that hold the repositories; visible read-only and at the same place inside the sandbox */
  readonly repositories: readonly string[];
  /** number of shells; default: one per processor */
  readonly workers?: number;
}

/**
 * Opens the metadata phase: shells that stay, each in a sandbox without network and without anything writable. Text they
 * give is identical to `egencache`'s, but for the checksums, which the reader of the files adds.
 */
export function openMetadataPhase(options: MetadataPhaseOptions): MetadataPhase {
  const workers = Array.from(
    { length: Math.max(1, options.workers ?? availableParallelism()) },
    () => new MetadataShell(options.repositories),
  );
  return {
    read(question) {
      const [idlest] = [...workers].sort((a, b) => a.pending - b.pending);
      return (idlest as MetadataShell).read(question);
    },
    close() {
      for (const worker of workers) worker.close();
    },
  };
}

const recordEnd = '\x1e\n';

/** One bash with `metadata.bash`. Started with the first question, and again when it ended. */
class MetadataShell {
  #child: ChildProcess | null = null;
  #buffer = '';
  readonly #waiting: ((answer: MetadataAnswer) => void)[] = [];

  constructor(private readonly repositories: readonly string[]) {}

  get pending(): number {
    return this.#waiting.length;
  }

  read({ path, category, eclassDirs }: MetadataQuestion): Promise<MetadataAnswer> {
    const words = [path, category, eclassDirs.join(':')];
    if (words.some((word) => /[\t\n]/.test(word)) || eclassDirs.some((folder) => folder.includes(':'))) {
      return Promise.resolve({ kind: 'failed', message: `\`${path}\` has a tab, colon or line break in its path` });
    }
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      child.stdin?.write(`${words.join('\t')}\n`);
    });
  }

  close(): void {
    this.#child?.stdin?.end();
  }

  #start(): ChildProcess {
    const runtime = '/run/prefix-studio/runtime';
    const mounts: SandboxMount[] = [{ source: runtimeFolder(), target: runtime, access: 'read-only' }];
    for (const folder of this.repositories) {
      if (existsSync(folder)) mounts.push({ source: folder, target: folder, access: 'read-only' });
    }
    const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
    const command = ['/bin/bash', `${runtime}/metadata.bash`];
    const child = spawn('bwrap', bubblewrapArguments({ mounts, environment, command, workingDirectory: '/' }), {
      env: { ...process.env, PATH: process.env.PATH ?? '/usr/bin:/bin' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let trouble = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (text: string) => this.#take(text));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      trouble = (trouble + text).slice(-2000);
    });
    child.stdin.on('error', () => {});
    const end = (message: string): void => {
      this.#child = null;
      this.#buffer = '';
      for (const resolve of this.#waiting.splice(0)) resolve({ kind: 'failed', message });
    };
    child.once('error', (error) => end(`\`bwrap\` cannot be started: ${error.message}`));
    child.once('close', () => end(trouble.trim() || 'the metadata shell ended'));
    this.#child = child;
    return child;
  }

  #take(text: string): void {
    const records = (this.#buffer + text).split(recordEnd);
    this.#buffer = records.pop() ?? '';
    for (const record of records) this.#waiting.shift()?.(parseMetadataAnswer(record));
  }
}

/** Reads what `metadata.bash` prints for one ebuild. */
export function parseMetadataAnswer(record: string): MetadataAnswer {
  const lines = record.split('\n').filter((line) => line !== '');
  const errors = lines.filter((line) => line.startsWith('!'));
  if (errors.length > 0) return { kind: 'failed', message: errors.map((line) => line.slice(1)).join('\n') };
  const keys: Record<string, string> = {};
  let words: readonly string[] = [];
  for (const line of lines) {
    const split = line.indexOf('=');
    const name = line.slice(0, split);
    const value = line.slice(split + 1);
    if (name === '_eclasses_') words = value.split('\t');
    else keys[name] = value;
  }
  const eclasses = [];
  for (let index = 0; index + 1 < words.length; index += 2) {
    eclasses.push({ name: words[index] ?? '', path: words[index + 1] ?? '' });
  }
  return { kind: 'ok', keys, eclasses };
}
