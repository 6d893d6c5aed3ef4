import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { findProgram } from '../host/find-program';
import { runTool } from './run-tool';
import { toolMissing } from './tool-missing';

interface Known {
  /** compiler, linker and C library that were asked */
  readonly files: readonly string[];
  /** changes when one of them is replaced */
  readonly stamp: string;
  readonly identity: string;
}

/** Of the compilers that this process has asked. */
const known = new Map<string, Known>();

/**
 * Names what compiles: version and target of the compiler, linker, and the bytes of the C library it links to. It is asked
 * again when one of their files was replaced. Throws TOOL_MISSING when there is no such compiler.
 */
export async function toolchainIdentity(compiler: string): Promise<string> {
  const before = known.get(compiler);
  if (before && findProgram(compiler) === before.files[0] && (await stampOf(before.files)) === before.stamp) {
    return before.identity;
  }
  const { stdout, exitCode } = await runTool('bash', ['-c', questions, 'bash', compiler]);
  if (exitCode === notFound) throw toolMissing(compiler);
  const answers = stdout.toString('utf8').split('\0');
  const [version = '', machine = '', linkerVersion = '', library = '', path = '', linker = ''] = answers.map((answer) =>
    answer.trim(),
  );
  const hash = createHash('sha256');
  for (const text of [version, machine, linkerVersion]) hash.update(`${text}\0`);
  hash.update(await readFile(library).catch(() => Buffer.alloc(0)));
  const identity = hash.digest('hex');
  const files = [path, linker, library];
  known.set(compiler, { files, stamp: await stampOf(files), identity });
  return identity;
}

/** Exit status of a shell that does not find a program. Source: POSIX, Shell Command Language, 2.8.2 */
const notFound = 127;

/** All in one program: starting one costs this process more than it costs a shell. */
const questions = `path=$(type -P "$1") || exit ${notFound}
for question in '-dumpfullversion -dumpversion' -dumpmachine -Wl,--version -print-file-name=libc.so.6; do
	"$1" $question; printf '\\0'
done
printf '%s\\0' "$path"
linker=$("$1" -print-prog-name=ld); type -P -- "$linker"`;

async function stampOf(files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return found
    .map((file) => (file ? `${file.dev}:${file.ino} ${file.size} ${file.mtimeMs} ${file.ctimeMs}` : '-'))
    .join();
}
