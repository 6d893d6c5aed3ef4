import { type RunningSandbox, type SandboxMount, type SandboxResult, startSandbox } from '../host/sandbox';
import { limitClause, limitsOf } from '../host/sandbox-limits';
import { isMissingProgram, notStarted } from '../host/sandbox-status';
import { newestShell, ownBash } from './ebuild-shell';
import type { EclassNames } from './eclass-names';
import { failedAnswer as failed, parseMetadataAnswer } from './metadata-answer';
import type { MetadataAnswer, MetadataQuestion } from './metadata-question';
import { runtimeFolder } from './phases';
import { repositoryMounts } from './repository-mounts';

interface Waiting {
  readonly question: MetadataQuestion;
  readonly resolve: (answer: MetadataAnswer) => void;
  readonly reject: (cause: unknown) => void;
}

/** No answer, which is not to be taken for one. */
const stopped = (): Error => new DOMException('the reading of ebuilds was stopped', 'AbortError');

const recordEnd = '\x1e\n';

/**
 * One bash with `metadata.bash` in a sandbox. Started with the first question, and again when it ended: an ebuild that ends it,
 * or does not end itself, fails alone, and the next shell reads those that wait behind it. Where no sandbox starts, no ebuild
 * fails: questions are rejected.
 */
export class MetadataShell {
  #sandbox: RunningSandbox | null = null;
  #isStarting = false;
  #isClosed = false;
  #buffer = '';
  #trouble = '';
  #clock: NodeJS.Timeout | undefined;
  readonly #waiting: Waiting[] = [];

  constructor(
    private readonly repositories: readonly string[],
    private readonly eclassNames: EclassNames,
  ) {}

  get pending(): number {
    return this.#waiting.length;
  }

  read(question: MetadataQuestion): Promise<MetadataAnswer> {
    const { path, category, eclassDirs } = question;
    const words = [path, category, ...eclassDirs];
    if (words.some((word) => /[\t\n]/.test(word)) || eclassDirs.some((folder) => folder.includes(':'))) {
      return Promise.resolve(failed(`\`${path}\` has a tab, colon or line break in its path`));
    }
    if (this.#isClosed) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject });
      // more than one at a time would blame the wrong ebuild for what the first does
      if (this.#waiting.length === 1) this.#ask();
    });
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#clock);
    this.#sandbox?.kill();
    this.#giveUp(stopped());
  }

  #ask(): void {
    const [first] = this.#waiting;
    if (!first || this.#isClosed) return;
    if (!this.#sandbox) {
      if (!this.#isStarting) void this.#start();
      return;
    }
    const { path, category, eclassDirs } = first.question;
    const { wall } = this.#sandbox.limits;
    this.#clock = setTimeout(() => this.#sandbox?.exceed('wall'), wall * 1000);
    const eclasses = this.eclassNames.of(first.question).join(' ');
    this.#sandbox.stdin.write(`${[path, category, eclassDirs.join(':'), eclasses].join('\t')}\n`);
  }

  #answer(answer: MetadataAnswer): void {
    clearTimeout(this.#clock);
    this.#waiting.shift()?.resolve(answer);
    this.#ask();
  }

  async #start(): Promise<void> {
    this.#isStarting = true;
    try {
      const sandbox = await startSandbox(this.#request());
      this.#listen(sandbox);
      sandbox.ended.then(
        (result) => this.#ended(result),
        (error: unknown) => this.#giveUp(error),
      );
      this.#sandbox = sandbox;
    } catch (error) {
      this.#giveUp(error);
      return;
    } finally {
      this.#isStarting = false;
    }
    if (this.#isClosed) this.#sandbox.kill();
    else this.#ask();
  }

  #request(): Parameters<typeof startSandbox>[0] {
    const runtime = '/run/prefix-studio/runtime';
    const shell = newestShell();
    const bash = shell.path === ownBash() ? '/run/prefix-studio/bash' : shell.path;
    const mounts: SandboxMount[] = [
      ...(shell.path === bash ? [] : [{ source: shell.path, target: bash, access: 'read-only' as const }]),
      { source: runtimeFolder(), target: runtime, access: 'read-only' },
      ...repositoryMounts(this.repositories),
    ];
    const processor = `${limitsOf('metadata').processor}`;
    return {
      profile: 'metadata',
      isLasting: true,
      mounts,
      environment: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LC_ALL: 'C.UTF-8',
        TZ: 'UTC',
        __PROCESSOR_SECONDS: processor,
      },
      command: [bash, `${runtime}/metadata.bash`],
      workingDirectory: '/',
    };
  }

  #listen(sandbox: RunningSandbox): void {
    this.#buffer = '';
    this.#trouble = '';
    sandbox.stdout.setEncoding('utf8').on('data', (text: string) => this.#take(sandbox, text));
    sandbox.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#trouble = (this.#trouble + text).slice(-2000);
    });
  }

  #take(sandbox: RunningSandbox, text: string): void {
    this.#buffer += text;
    const records = this.#buffer.split(recordEnd);
    this.#buffer = records.pop() ?? '';
    const [record, ...more] = records;
    if (this.#buffer.length > sandbox.limits.log) sandbox.exceed('log');
    // one question, one answer: what an ebuild left running wrote the rest
    else if (more.length > 0 || (record !== undefined && this.#waiting.length === 0)) sandbox.kill();
    else if (record !== undefined) this.#answer(parseMetadataAnswer(record));
  }

  #ended({ exceeded, didBegin }: SandboxResult): void {
    this.#sandbox = null;
    if (!didBegin && !isMissingProgram(this.#trouble)) {
      this.#giveUp(notStarted(this.#trouble));
      return;
    }
    const why = exceeded ? `the ebuild ${limitClause(exceeded)}` : this.#trouble.trim();
    if (this.#waiting.length > 0) this.#answer(failed(why || 'the ebuild ended the shell, or wrote into its output'));
  }

  #giveUp(cause: unknown): void {
    this.#sandbox = null;
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
  }
}
