import { type ErrorRule, errorRules } from './error-rules';

/** The line of a log that says why a build failed. */
export interface FirstError {
  /** without colour codes and surrounding blanks */
  readonly line: string;
  /** 1-based, within the lines given */
  readonly lineNumber: number;
  readonly hint: string | null;
}

/** ANSI escape sequences: colours, cursor movement, window titles. */
const escapes = /\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9])/g;

const bare = (line: string): string => line.replace(escapes, '').trimEnd();

/** The heading of what `die` prints; the message stands in the line below. */
const verdictHeading = /^ \* ERROR: \S+ failed \(\w+ phase\):$/;

/**
 * The first line that names a cause; without one the first symptom; without that the message of `die`. Null when the log
 * says nothing. Give the lines of the failed phase only: configure scripts of earlier phases may print what looks alike.
 */
export function findFirstError(lines: readonly string[]): FirstError | null {
  let symptom: FirstError | null = null;
  let verdict: FirstError | null = null;
  for (const [index, raw] of lines.entries()) {
    const line = bare(raw);
    const found = judge(line);
    if (found?.rule.weight === 'cause') return report(line, index, found);
    if (found && symptom === null) symptom = report(line, index, found);
    if (verdict === null && verdictHeading.test(line)) {
      const message = bare(lines[index + 1] ?? '').replace(/^ \* +/, '');
      verdict = { line: message, lineNumber: index + 2, hint: null };
    }
  }
  return symptom ?? verdict;
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

function report(line: string, index: number, { rule, parts }: Judgement): FirstError {
  return { line: line.trim(), lineNumber: index + 1, hint: rule.hint?.(parts) ?? null };
}
