import { posix } from 'node:path';
import { KeptFiles } from './kept-files';
import type { OpenedFile } from './opened-file';
import { plainText } from './strace-text';

/** What a program and its children opened. */
export interface OpenTrace {
  readonly opened: readonly OpenedFile[];
  /** calls whose files are not among `opened`, because they are too many */
  readonly more: number;
  /** the program was started, so that what it opens can be seen */
  readonly isStarted: boolean;
}

/** Calls that strace is asked for. */
export const tracedCalls = 'open,openat,openat2,execve,connect';

const callLine = /^(\d+) +(open|openat|openat2|execve|connect)\((.*)$/;
const resumedLine = /^(\d+) +<\.\.\. (?:open|openat|openat2|execve|connect) resumed>(.*)$/;
const unfinished = ' <unfinished ...>';

/** The result behind the arguments, whose texts and names of descriptors may hold anything. */
const resultOf = /^(?:[^"<]|"(?:[^"\\]|\\.)*"|<[^>]*>)*?\) += (-1 |\d)/;

/** The path of a call; null: it is none that can be named. */
function pathOf(call: string, rest: string): string | null {
  if (call === 'connect') {
    const [, path] = /sun_path="((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
    return path === undefined ? null : plainText(path);
  }
  const [, folder = '', text] = /^(?:(?:AT_FDCWD|-?\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  if (text === undefined) return null;
  const path = plainText(text);
  if (path.startsWith('/') || path === '') return path || null;
  return folder.startsWith('/') ? `${plainText(folder)}/${path}` : null;
}

/**
 * Reads what strace writes with `-f -y` as it comes: the files that `program` and its children open. What the sandbox itself
 * did before it started the program is left out; its processes are those that were there before. So is a call without a result, as
 * one in which the program was ended, and what lies below `eprefix`.
 */
export class OpenTraceReader {
  readonly #found = new KeptFiles();
  readonly #before = new Set<string>();
  readonly #pending = new Map<string, string>();
  #isStarted = false;
  /** the beginning of a line of which the rest is to come */
  #rest = '';

  constructor(
    private readonly program: string,
    private readonly eprefix: string,
  ) {}

  take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
  }

  /** Everything that was taken. A line without an end was cut off, and says nothing. */
  get trace(): OpenTrace {
    return { opened: this.#found.files, more: this.#found.more, isStarted: this.#isStarted };
  }

  #line(line: string): void {
    const [, pid = '', call = '', rest = ''] = callLine.exec(this.#wholeCall(line) ?? '') ?? [];
    const [, result] = resultOf.exec(rest) ?? [];
    const isSuccess = result !== undefined && result !== '-1 ';
    if (!this.#isStarted) {
      this.#before.add(/^\d+/.exec(line)?.[0] ?? '');
      if (call !== 'execve' || !isSuccess || pathOf(call, rest) !== this.program) return;
      this.#isStarted = true;
      this.#before.delete(pid);
      return;
    }
    if (result === undefined || this.#before.has(pid)) return;
    const path = pathOf(call, rest);
    if (path === null) return;
    const normal = posix.normalize(path);
    if (normal === this.eprefix || normal.startsWith(`${this.eprefix}/`)) return;
    const kind = call === 'execve' ? 'execute' : call === 'connect' ? 'connect' : 'open';
    this.#found.add({ path: normal, call: kind, isThere: isSuccess });
  }

  /** A call that was interrupted by another process's line is put together; null: it is not whole yet. */
  #wholeCall(line: string): string | null {
    if (line.endsWith(unfinished)) {
      const [, pid = ''] = callLine.exec(line) ?? [];
      if (pid !== '') this.#pending.set(pid, line.slice(0, -unfinished.length));
      return null;
    }
    const [, pid, rest = ''] = resumedLine.exec(line) ?? [];
    if (pid === undefined) return line;
    const begin = this.#pending.get(pid);
    this.#pending.delete(pid);
    return begin === undefined ? null : begin + rest;
  }
}

/** Libraries that a loader told of with LD_DEBUG=libs: loaded, or looked for. Source: ld.so(8) */
export function readLoaderDebug(text: string): OpenTrace {
  const found = new KeptFiles();
  const pathsOf = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, path = '']) => posix.normalize(path));
  for (const path of pathsOf(/calling init: (\/\S+)/g)) found.add({ path, call: 'open', isThere: true });
  for (const path of pathsOf(/trying file=(\/\S+)/g)) found.add({ path, call: 'open', isThere: false });
  return { opened: found.files, more: found.more, isStarted: true };
}
