import type { DesignProblem } from './errors';

/** A design of a thousand lines has some 40 kB; what is larger was not written by a person. */
const mostCharacters = 256 * 1024;
const mostColumnsOfIndent = 128;
/** `- - - x` on one line */
const mostMarksInFront = 16;
/** brackets that are open at once */
const mostOpenBrackets = 32;
/** lines and commas: an upper bound of entries and keys that needs no parser */
const mostEntries = 3_000;

/**
 * What forbids a text to be given to the parser of YAML, which calls itself for each level and compares each key: its size,
 * depth and characters. Looks at each character once, and counts brackets wherever they stand: no design comes near.
 */
export function checkText(text: string): DesignProblem | null {
  if (text.length > mostCharacters) {
    return problemAt(text, mostCharacters, `is longer than ${mostCharacters / 1024} KiB`);
  }
  const odd = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Cs}|\r(?!\n)|(?!^)\ufeff/u.exec(text);
  if (odd) {
    const number = odd[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    return problemAt(text, odd.index, `holds the character U+${number}, which no editor shows`);
  }
  return checkNesting(text);
}

function checkNesting(text: string): DesignProblem | null {
  let open = 0;
  let entries = 0;
  let lineStart = 0;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (character === '[' || character === '{') {
      if (++open > mostOpenBrackets) return problemAt(text, at, `is nested deeper than ${mostOpenBrackets} brackets`);
    } else if (character === ']' || character === '}') open = Math.max(0, open - 1);
    else if (character === ',' || character === '\n' || character === undefined) {
      if (++entries > mostEntries) return problemAt(text, at, `has more than ${mostEntries} entries`);
      if (character === ',') continue;
      const front = /^ *(?:[-?:] +|[&!]\S+ +)*/.exec(text.slice(lineStart, Math.min(at, lineStart + 1024)))?.[0] ?? '';
      const indent = front.search(/[^ ]|$/);
      if (indent > mostColumnsOfIndent || front.slice(indent).split(/ +/).length > mostMarksInFront + 1) {
        return problemAt(text, lineStart, 'is nested too deep');
      }
      lineStart = at + 1;
    }
  }
  return null;
}

/** 1-based line and column of an offset. */
function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

function problemAt(text: string, offset: number, what: string): DesignProblem {
  const { line, column } = positionAt(text, offset);
  return {
    field: '',
    code: 'TEXT_LIMIT',
    message: `The text ${what} at line ${line}, column ${column}, so it was not read.`,
    hint: 'A design is a short list of packages and choices; start from a starter.',
    line,
    column,
  };
}
