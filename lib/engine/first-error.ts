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

/** The heading of what `die` prints; the message stands in the line below. */
const verdictHeading = /^ \* ERROR: \S+ failed \(\w+ phase\):$/;

/**
 * Looks at a log as it grows. A full disk wins, because tools that could not write complain of the oddest things first; then
 * the first line that names a cause; without one the first symptom; without that the message of `die`. Call `reset` when a phase begins: configure scripts of earlier phases may print what looks alike.
 */
export class ErrorWatch {
  #cause: FirstError | null = null;
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
    else if (found) this.#symptom ??= report(line, lineNumber, found);
  }

  reset(): void {
    this.#cause = null;
    this.#symptom = null;
    this.#verdict = null;
    this.#verdictFollows = false;
  }

  /** Null when the log says nothing. */
  get found(): FirstError | null {
    return this.#cause ?? this.#symptom ?? this.#verdict;
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
