import { isStudioError, StudioError } from '../errors';
import { type Disk, diskOf, isUsedUp } from './disk';
import { formatBytes } from './units';

export type DiskErrorCode =
  /** no byte is left */
  | 'DISK_FULL'
  /** bytes are left, but no inode for one more file */
  | 'DISK_INODES_FULL'
  | 'DISK_QUOTA'
  | 'DISK_READ_ONLY'
  | 'DISK_DENIED'
  /** a file stands where a folder is needed, or none can be made there */
  | 'NOT_A_FOLDER'
  /** the kernel could not read or write it */
  | 'DISK_BROKEN'
  /** this process or the machine has too many files open */
  | 'FILES_OPEN_LIMIT';

/** The machine's disk does not let us go on. What was done stays; the same command goes on from there. */
export class DiskError extends StudioError<DiskErrorCode> {
  override readonly name = 'DiskError';
}

/** Nothing more can be written there, but what is there can be read. */
export const isOutOfRoom = (error: unknown): boolean =>
  isStudioError(error) && ['DISK_FULL', 'DISK_INODES_FULL', 'DISK_QUOTA'].includes(error.code);

/** What was going on when the disk said no. */
export interface DiskUse {
  /** continues “while …”: `writing a log`, `it was being packed` */
  readonly doing?: string;
  /** lies on the disk that was written to, unless the error names a path itself */
  readonly path: string;
  /** somebody named this folder, so another one will do, and it has nothing to do with the data folder */
  readonly isNamed?: boolean;
  /** what the step needs, when it is known */
  readonly needBytes?: number | null;
}

type Trouble = 'full' | 'quota' | 'read-only' | 'denied' | 'broken' | 'open files' | 'no folder';

const troubleOfCode: Readonly<Record<string, Trouble>> = {
  ENOSPC: 'full',
  EDQUOT: 'quota',
  EROFS: 'read-only',
  EACCES: 'denied',
  EPERM: 'denied',
  ENOTDIR: 'no folder',
  EIO: 'broken',
  EMFILE: 'open files',
  ENFILE: 'open files',
  SQLITE_FULL: 'full',
  SQLITE_READONLY: 'read-only',
  SQLITE_IOERR: 'broken',
};

/**
 * Errors that also come when there is no room for a helper of the file: SQLite says so when it cannot make or lengthen its
 * shared memory or its log.
 */
const alsoWhenFull = /^(?:EIO$|SQLITE_(?:IOERR|CANTOPEN))/;

/** What tools print for the same errors: the words of the C library in the C locale, and those of apt. */
const troubleWords: readonly (readonly [RegExp, Trouble])[] = [
  [/No space left on device|You don't have enough free space/, 'full'],
  [/Disk quota exceeded/, 'quota'],
  [/Read-only file system/, 'read-only'],
];

/** Does a line of a tool say that the disk is full? */
export const tellsFullDisk = (text: string): boolean =>
  troubleWords.some(([words, trouble]) => trouble !== 'read-only' && words.test(text));

interface Found {
  readonly trouble: Trouble;
  readonly path: string | null;
}

function findTrouble(error: unknown, place: string): Found | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, path, syscall = '', cause } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (alsoWhenFull.test(String(code)) && isUsedUp(diskOf(path ?? place)))
    return { trouble: 'full', path: path ?? null };
  const trouble = typeof code === 'string' ? (troubleOfCode[code] ?? troubleOfCode[baseOf(code)]) : undefined;
  // a program that may not be started, a port or a process that is not ours: no trouble of the disk
  const isElse = trouble === 'denied' && (path === undefined || syscall.startsWith('spawn'));
  if (trouble && !isElse) return { trouble, path: path ?? null };
  // Node tells of a missing parent when a folder in a new path finds no room; /proc and the like take no folder
  if (code === 'ENOENT' && syscall === 'mkdir' && path)
    return { trouble: isUsedUp(diskOf(path)) ? 'full' : 'no folder', path };
  return findInWords(error) ?? findTrouble(cause, place);
}

/** `SQLITE_IOERR_WRITE` is a kind of `SQLITE_IOERR`. */
const baseOf = (code: string): string => code.split('_').slice(0, 2).join('_');

/** An error of ours that repeats what a tool said. */
function findInWords(error: object): Found | null {
  if (!isStudioError(error)) return null;
  const said = `${error.message}\n${error.details.stderr ?? ''}`;
  const found = troubleWords.find(([words]) => words.test(said));
  return found ? { trouble: found[1], path: null } : null;
}

const usedUp: Found = { trouble: 'full', path: null };

/** Some tools do not say why they failed; beside a disk that is used up, that is the reason. */
const isVague = (error: unknown): boolean => isStudioError(error) && error.code === 'TOOL_FAILED';

/**
 * The one place that turns what a disk refused (ENOSPC, EDQUOT, EROFS, EACCES, EIO, EMFILE …, also as SQLite and tools say
 * it) into an error for people: which disk, what is used up, what was being done, what to do. Null: another kind of error.
 */
export function diskErrorOf(error: unknown, use: DiskUse): DiskError | null {
  if (isStudioError(error) && error.name === 'DiskError') return error as DiskError;
  const found = findTrouble(error, use.path) ?? (isVague(error) && isUsedUp(diskOf(use.path)) ? usedUp : null);
  return found ? diskError(found.trouble, { ...use, path: found.path ?? use.path }, error) : null;
}

/** The same for a line that a tool printed, for instance inside the sandbox. */
export function diskErrorOfLine(line: string, use: DiskUse): DiskError | null {
  const found = troubleWords.find(([words]) => words.test(line));
  return found ? diskError(found[1], use, undefined) : null;
}

const again = 'Then try again: what is finished is kept, and it continues from there.';
/** Part of hints: whoever can measure puts sizes in its place. */
export const whatCanGo =
  '`prefix-studio clean` shows what can be removed and how much space that frees; `prefix-studio remove NAME` removes a whole prefix.';

function diskError(trouble: Trouble, use: DiskUse, cause: unknown): DiskError {
  const disk = diskOf(use.path);
  const name = nameOfDisk(disk, use.path);
  const during = use.doing ? ` while ${use.doing}` : '';
  const elsewhere = (folder: string): string =>
    use.isNamed ? `name ${folder}` : `set PREFIX_STUDIO_HOME to ${folder}`;
  const details = {
    path: use.path,
    ...(disk ? { mountPoint: disk.mountPoint, source: disk.source, type: disk.type } : {}),
  };
  const make = (code: DiskErrorCode, message: string, hint: string): DiskError =>
    new DiskError(code, message, { hint, details, cause });
  switch (trouble) {
    case 'full':
      if (disk && lacksInodes(disk)) {
        const left = `${disk.freeInodes} of ${disk.inodes} inodes are free`;
        const hint = `Delete files there, best many small ones: ${whatCanGo} ${again}`;
        return make('DISK_INODES_FULL', `${name} has no inodes left for more files${during}: ${left}`, hint);
      }
      return make(
        'DISK_FULL',
        `${name} is full${during}${spaceOf(disk, use)}`,
        `Free some space there: ${whatCanGo} ${again}`,
      );
    case 'quota':
      return make(
        'DISK_QUOTA',
        `your quota on ${name} is used up${during}${spaceOf(disk, use)}`,
        `Free some space there: ${whatCanGo} ${again}`,
      );
    case 'read-only':
      return make(
        'DISK_READ_ONLY',
        `${name} is read-only: \`${use.path}\` cannot be written${during}`,
        `Mount it writable, or ${elsewhere('a folder on another disk')}.`,
      );
    case 'denied':
      return make(
        'DISK_DENIED',
        `user ${process.getuid?.() ?? '?'} may not use \`${use.path}\`${during}`,
        `Give it to this user (\`chown\`), or ${elsewhere('a folder of your own')}.`,
      );
    case 'no folder':
      return make(
        'NOT_A_FOLDER',
        `there is no folder \`${use.path}\`, and none can be made${during}`,
        use.isNamed ? 'Name another folder.' : 'Set PREFIX_STUDIO_HOME to a folder of your own.',
      );
    case 'broken':
      return make(
        'DISK_BROKEN',
        `${name} could not be read or written${during} (input/output error)`,
        'Look into the log of the kernel (`dmesg`); the disk or its connection may be failing.',
      );
    case 'open files':
      return make(
        'FILES_OPEN_LIMIT',
        `too many files are open${during}`,
        'Raise the limit (`ulimit -n 65536`), or build fewer packages at once (`--jobs 1`).',
      );
  }
}

export function nameOfDisk(disk: Disk | null, path: string): string {
  return disk
    ? `the disk at \`${disk.mountPoint}\` (${[...new Set([disk.source, disk.type])].join(', ')})`
    : `the disk of \`${path}\``;
}

/** Which of the two is used up? A disk that counts no inodes cannot lack them. */
function lacksInodes({ inodes, freeInodes, freeBytes, sizeBytes }: Disk): boolean {
  return inodes > 0 && freeInodes / inodes < freeBytes / Math.max(1, sizeBytes) && freeInodes < 1000;
}

function spaceOf(disk: Disk | null, { needBytes }: DiskUse): string {
  if (!disk) return '';
  const need = needBytes ? `, ${formatBytes(needBytes)} are needed` : '';
  return `: ${formatBytes(disk.freeBytes)} of ${formatBytes(disk.sizeBytes)} are free${need}`;
}
