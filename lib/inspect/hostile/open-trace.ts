import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { visibleBytes, visibleText } from '../../layout/visible-text';

/** A file that a program opened or started, or a socket that it called. */
export interface OpenedFile {
  /** absolute, without `..` and double slashes */
  readonly path: string;
  readonly call: 'open' | 'execute' | 'connect';
  /** it was there and could be opened */
  readonly isThere: boolean;
}

/** Calls that strace is asked for. */
export const tracedCalls = 'open,openat,openat2,execve,connect';

const callLine = /^(\d+) +(open|openat|openat2|execve|connect)\((.*)$/;
const resumedLine = /^(\d+) +<\.\.\. (?:open|openat|openat2|execve|connect) resumed>(.*)$/;
const unfinished = ' <unfinished ...>';

/** Escapes of strace in a string: octal numbers of bytes and some letters. Names of strangers are made visible. */
function plainText(text: string): string {
  const plain = text.replace(/\\(?:([0-7]{1,3})|(.))/g, (_, octal?: string, letter = '') =>
    octal === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
  const bytes = Buffer.from(plain, 'latin1');
  return isUtf8(bytes) ? visibleText(bytes.toString()) : visibleBytes(bytes);
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f' };

/** The path of a call; null: it is none that can be named. */
function pathOf(call: string, rest: string): string | null {
  if (call === 'connect') {
    const [, path] = /sun_path="((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
    return path === undefined ? null : plainText(path);
  }
  const [, text] = /"((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
  if (text === undefined) return null;
  const path = plainText(text);
  if (path.startsWith('/') || path === '') return path || null;
  const [, folder] = /^(?:AT_FDCWD|\d+)<([^>]*)>/.exec(rest) ?? [];
  return folder?.startsWith('/') ? `${folder}/${path}` : null;
}

/**
 * The files that a program and its children opened, from what strace wrote with `-f -y`. What the sandbox itself did before it
 * started `program` is left out; its processes are those that were there before.
 */
export function readOpenTrace(text: string, program: string): readonly OpenedFile[] {
  const found = new Map<string, OpenedFile>();
  const before = new Set<string>();
  const pending = new Map<string, string>();
  let started = false;
  for (const line of text.split('\n')) {
    const whole = wholeCall(line, pending);
    const [, pid = '', call = '', rest = ''] = callLine.exec(whole ?? '') ?? [];
    const isSuccess = !/\) += -1 /.test(rest);
    const path = pathOf(call, rest);
    if (!started) {
      before.add(/^\d+/.exec(line)?.[0] ?? '');
      if (call !== 'execve' || path !== program || !isSuccess) continue;
      started = true;
      before.delete(pid);
      continue;
    }
    if (path === null || before.has(pid)) continue;
    const kind = call === 'execve' ? 'execute' : call === 'connect' ? 'connect' : 'open';
    const normal = posix.normalize(path);
    const known = found.get(`${kind} ${normal}`);
    found.set(`${kind} ${normal}`, { path: normal, call: kind, isThere: isSuccess || known?.isThere === true });
  }
  return [...found.values()];
}

/** A call that was interrupted by another process's line is put together; null: it is not whole yet. */
function wholeCall(line: string, pending: Map<string, string>): string | null {
  if (line.endsWith(unfinished)) {
    const [, pid = ''] = callLine.exec(line) ?? [];
    if (pid !== '') pending.set(pid, line.slice(0, -unfinished.length));
    return null;
  }
  const [, pid, rest = ''] = resumedLine.exec(line) ?? [];
  if (pid === undefined) return line;
  const begin = pending.get(pid);
  pending.delete(pid);
  return begin === undefined ? null : begin + rest;
}

/** Libraries that a loader told of with LD_DEBUG=libs: loaded, or looked for. Source: ld.so(8) */
export function readLoaderDebug(text: string): readonly OpenedFile[] {
  const loaded = new Set([...text.matchAll(/calling init: (\/\S+)/g)].map(([, path = '']) => path));
  const tried = [...text.matchAll(/trying file=(\/\S+)/g)].map(([, path = '']) => path);
  return [...new Set([...loaded, ...tried])].map((path) => ({
    path: posix.normalize(path),
    call: 'open',
    isThere: loaded.has(path),
  }));
}
