import { constants, createReadStream, type Stats } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { fileErrorWords, saysMissing } from '../host/file-error-words';
import { formatBinary } from '../host/units';
import { UsageError } from './command';

/** What a person means a file to be, for messages, and how large one can be. */
export interface TypedFileKind {
  /** `design`, `patch`, `copy of /etc/os-release` */
  readonly name: string;
  readonly mostBytes: number;
  /** a sentence for who named a file that is not there */
  readonly instead?: string;
  /** a sentence for who named a file that is too large to be one */
  readonly tooLarge?: string;
}

/** Is there a regular file at a path that was typed, or a pipe of the shell? False too for what cannot be looked at. */
export async function isTypedFile(path: string): Promise<boolean> {
  try {
    return refusalOf(path, await stat(path)) === null;
  } catch {
    return false;
  }
}

/** Bytes of a file that was typed; `-`: standard input. Throws UsageError, which says in plain words why there are none. */
export async function readTypedFile(path: string, kind: TypedFileKind): Promise<Buffer> {
  if (path === '-') return readAll(process.stdin, 'standard input', kind);
  try {
    const refusal = refusalOf(path, await stat(path));
    if (refusal !== null) throw new UsageError(`\`${path}\` is ${refusal[0]}, not a ${kind.name}. ${refusal[1](path)}`);
    await access(path, constants.R_OK);
    return await readAll(createReadStream(path), path, kind);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(toldBy(error as NodeJS.ErrnoException, path, kind));
  }
}

/** What stands there instead of a regular file, read without waiting for anybody; null: it can be read. */
function refusalOf(path: string, found: Stats): Refusal | null {
  if (found.isFile()) return null;
  if (found.isDirectory()) return ['a folder', () => 'Name a file in it.'];
  if (found.isSocket()) return ['a socket', nameFile];
  // what a shell hands over with `<(…)` has no name of its own, and somebody writes into it
  if (found.isFIFO()) return ofShell.test(path) ? null : ['a named pipe', pipeIn];
  return ['a device', nameFile];
}

const ofShell = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** What it is, and what to do next. */
type Refusal = readonly [string, (path: string) => string];

const nameFile = (): string => 'Name a regular file.';
const pipeIn = (path: string): string => `Give \`-\` in its place and \`< ${path}\` at the end to read from it.`;

function toldBy(error: NodeJS.ErrnoException, path: string, { name, instead }: TypedFileKind): string {
  if (saysMissing(error)) return `There is no file \`${path}\`.${instead === undefined ? '' : ` ${instead}`}`;
  const shown = path.length > mostShown ? `${path.slice(0, mostShown)}…` : path;
  return `\`${shown}\` ${fileErrorWords(error) ?? `cannot be read: ${error.message}`}. Name another ${name}.`;
}

/** Of a path that is longer than any. */
const mostShown = 200;

async function readAll(stream: AsyncIterable<Buffer>, label: string, kind: TypedFileKind): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > kind.mostBytes) {
      const { name, mostBytes, tooLarge } = kind;
      const advice = tooLarge === undefined ? '' : ` ${tooLarge}`;
      throw new UsageError(`\`${label}\` is larger than ${formatBinary(mostBytes)}, so it is not a ${name}.${advice}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
