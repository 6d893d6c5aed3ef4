import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { diskErrorOf } from '../host/disk-error';
import { drained } from '../host/drained';
import type { PackageNotice, RunEmitter } from '../layout/events';
import { ErrorWatch, type FirstError } from './first-error';
import { PackageNotices } from './package-notices';
import type { PhaseMessage } from './phase-contract';

const flushAfterMs = 80;
const flushAtLines = 200;

/** Longer lines are told in pieces of this many characters. */
const mostLineCharacters = 16 * 1024;

/** File name of a log as Portage writes it: `category:PF:YYYYMMDD-HHMMSS.log`. */
export function packageLogName(cpv: string, at: Date): string {
  const stamp = at.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${cpv.replace('/', ':')}:${stamp}.log`;
}

/**
 * Log of one package: a file, and events with whole lines and their numbers, a few times a second. A file that cannot be
 * written is told in the log itself; the build goes on.
 */
export class PackageLog {
  readonly path: string;
  private readonly file: WriteStream;
  private partial = '';
  private pending: string[] = [];
  private timer: NodeJS.Timeout | null = null;
  private lineCount = 0;
  private readonly watch = new ErrorWatch();
  private readonly notices: PackageNotices;

  constructor(
    private readonly id: string | null,
    directory: string,
    cpv: string,
    private readonly emit: RunEmitter,
  ) {
    this.path = join(directory, packageLogName(cpv, new Date()));
    makeFolder(dirname(this.path));
    this.file = createWriteStream(this.path, { flags: 'a' });
    this.file.once('error', (error) => this.tellLoss(error));
    this.notices = new PackageNotices((notice) => {
      if (id !== null) emit({ kind: 'package_notice', id, notice });
    });
  }

  /** Takes what a phase wants people to know; its words are in the log already. */
  message(message: PhaseMessage): void {
    this.notices.take(message);
  }

  /** Tells a finding of our own, in the log too. */
  notice(notice: PackageNotice): void {
    const title = notice.check === null ? '' : `QA (${notice.check}): `;
    for (const line of (title + notice.text).split('\n')) this.line(` * ${line}`);
    this.notices.add(notice);
  }

  /** What was told so far. */
  get told(): readonly PackageNotice[] {
    return this.notices.told;
  }

  /** Takes output as it comes. A promise: the disk is behind; wait before giving more. */
  write(text: string): void | Promise<void> {
    const isBehind = !this.file.write(text);
    const lines = (this.partial + text).split('\n');
    this.partial = lines.pop() ?? '';
    for (const line of lines) this.takePieces(line);
    if (this.partial.length > mostLineCharacters) this.partial = this.takePieces(this.partial, true);
    if (!isBehind || this.file.destroyed) return;
    return drained(this.file);
  }

  /** Takes one line of our own. */
  line(text: string): void {
    if (this.partial !== '') void this.write('\n');
    void this.write(`${text}\n`);
  }

  /** Tells that a new phase begins: errors of earlier ones no longer count. */
  beginPhase(): void {
    this.watch.reset();
  }

  /** The line that tells why the current phase failed. */
  get firstError(): FirstError | null {
    return this.watch.found;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    this.notices.flush();
    if (this.partial !== '') void this.write('\n');
    this.flush();
    await this.notices.write(this.path).catch((error) => this.tellLoss(error));
    await new Promise<void>((resolve) => this.file.end(() => resolve()));
    this.flush();
  }

  private tellLoss(error: Error): void {
    const trouble = diskErrorOf(error, { path: this.path, doing: 'writing a log' });
    this.take(` * The log file \`${this.path}\` is incomplete: ${trouble?.message ?? error.message}`);
  }

  /** Tells a line in pieces of bearable length. `isOpen`: the last piece, which may grow, is given back instead. */
  private takePieces(line: string, isOpen = false): string {
    let at = 0;
    for (; line.length - at > mostLineCharacters; at += mostLineCharacters) {
      this.take(line.slice(at, at + mostLineCharacters));
    }
    const last = line.slice(at);
    if (isOpen) return last;
    this.take(last);
    return '';
  }

  private take(line: string): void {
    this.lineCount += 1;
    this.pending.push(line);
    this.watch.take(line, this.lineCount);
    if (this.pending.length >= flushAtLines) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), flushAfterMs);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.pending.length === 0) return;
    const line = this.lineCount - this.pending.length + 1;
    const text = `${this.pending.join('\n')}\n`;
    this.pending = [];
    this.emit({ kind: 'log', id: this.id, line, text });
  }
}

/** When it cannot be made, opening the file fails too, and that is told. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch {}
}
