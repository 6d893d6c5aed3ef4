import { tellsFullDisk } from '../host/disk-error';
import { type ErrorRule, errorRules } from './error-rules';

/** The line of a log that says why a build failed. */
export interface FirstError {
  /** without colour codes and surrounding blanks */
  readonly line: string;
  /** 1-based */
  readonly lineNumber: number;
  readonly hint: string | null;
  /** it tells of the disk of the build, which only the machine knows more of */
  readonly isDiskFull: boolean;
}

/** ANSI escape sequences: colours, cursor movement, window titles. */
const escapes = /\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9])/g;

/** No compiler tells what is wrong so late in a line; one program may write lines as long as it likes. */
const judgedCharacters = 4000;

const bare = (line: string): string => line.slice(0, judgedCharacters).replace(escapes, '').trimEnd();

/** What make says of a program that is not there. Source: POSIX, Shell Command Language, 2.8.2 */
const endedByMissing = /^\S*make(?:\[\d+\])?: \*\*\* .*Error 127$/;

/** Lines that a build may say between what ended it and its end. */
const lastWords = 2;

/** The heading of what `die` prints; the message stands in the line below. */
const verdictHeading = /^ \* ERROR: \S+ failed \(\w+ phase\):$/;

/**
 * Looks at a log as it grows. A full disk wins, because tools that could not write complain of the oddest things first; then
 * the first line that names a cause; without one a doubt that the build ended with; then the first symptom, and the message of `die`.
 * Call `reset` when a phase begins: configure scripts of earlier phases may print what looks alike.
 */
export class ErrorWatch {
  #cause: FirstError | null = null;
  #doubt: FirstError | null = null;
  /** lines since the doubt; what `die` prints does not count */
  #wordsSince = 0;
  #symptom: FirstError | null = null;
  #verdict: FirstError | null = null;
  #verdictFollows = false;

  /** `lineNumber` is 1-based, in whatever log the caller counts. */
  take(raw: string, lineNumber: number): void {
    if (this.#cause?.isDiskFull || (this.#cause && !tellsFullDisk(raw))) return;
    const line = bare(raw);
    if (this.#verdictFollows) {
      this.#verdict ??= { line: line.replace(/^ \* +/, ''), lineNumber, hint: null, isDiskFull: false };
      this.#verdictFollows = false;
      return;
    }
    this.#verdictFollows = verdictHeading.test(line);
    const found = judge(line);
    if (found?.rule.weight === 'cause') this.#cause = report(line, lineNumber, found);
    else if (found?.rule.weight === 'doubt') this.#suspect(report(line, lineNumber, found));
    else if (found) this.#symptom ??= report(line, lineNumber, found);
    this.#ponder(line);
  }

  #suspect(doubt: FirstError): void {
    this.#doubt = doubt;
    this.#wordsSince = -1;
  }

  /** A build that goes on after a doubt did not end with it. */
  #ponder(line: string): void {
    if (this.#doubt === null || this.#verdictFollows || this.#verdict !== null) return;
    if (endedByMissing.test(line)) this.#cause = this.#doubt;
    this.#wordsSince += 1;
  }

  reset(): void {
    this.#cause = null;
    this.#doubt = null;
    this.#symptom = null;
    this.#verdict = null;
    this.#verdictFollows = false;
  }

  /** Null when the log says nothing. */
  get found(): FirstError | null {
    const doubt = this.#wordsSince > lastWords ? null : this.#doubt;
    return this.#cause ?? doubt ?? this.#symptom ?? this.#verdict;
  }
}

/** The error of finished lines; give those of the failed phase only. Line numbers count from 1 within them. */
export function findFirstError(lines: readonly string[]): FirstError | null {
  const watch = new ErrorWatch();
  for (const [index, line] of lines.entries()) watch.take(line, index + 1);
  return watch.found;
}

interface Judgement {
  readonly rule: ErrorRule;
  readonly parts: RegExpMatchArray;
}

function judge(line: string): Judgement | null {
  for (const rule of errorRules) {
    const parts = rule.pattern.exec(line);
    if (parts) return { rule, parts };
  }
  return null;
}

function report(line: string, lineNumber: number, { rule, parts }: Judgement): FirstError {
  const isDiskFull = tellsFullDisk(line);
  return { line: line.trim(), lineNumber, hint: rule.hint?.(parts) ?? null, isDiskFull };
}
