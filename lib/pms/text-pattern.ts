/** One place of a pattern: one character, or a run of any number of them, of those that it takes. */
interface PatternPart {
  readonly isRun: boolean;
  readonly takes: (character: string) => boolean;
}

/** A pattern with `*` and `?`, ready to be held against texts. */
export type TextPattern = readonly PatternPart[];

export interface PatternRules {
  /** a character that `*` and `?` do not take; absent: they take all */
  readonly stop?: string;
  /** does `**` take the stop too? */
  readonly isDeep?: boolean;
  /** are `[a-z]` and `[!a-z]` sets of characters? */
  readonly hasSets?: boolean;
}

const everything = (): boolean => true;

/** Reads a shell pattern. Every text is one: a bracket that is not closed, for instance, stands for itself. */
export function parseTextPattern(text: string, { stop, isDeep, hasSets }: PatternRules = {}): TextPattern {
  const ordinary = stop === undefined ? everything : (character: string) => character !== stop;
  const parts: PatternPart[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    const end = hasSets && character === '[' ? endOfSet(text, at) : -1;
    if (character === '*') {
      const from = at;
      while (text[at + 1] === '*') at++;
      parts.push({ isRun: true, takes: isDeep && at > from ? everything : ordinary });
    } else if (character === '?') parts.push({ isRun: false, takes: ordinary });
    else if (end > 0) {
      parts.push({ isRun: false, takes: setOf(text.slice(at + 1, end)) });
      at = end;
    } else parts.push({ isRun: false, takes: (other) => other === character });
  }
  return parts;
}

/** Where a set ends; a bracket at its beginning belongs to it. Negative: nowhere. */
function endOfSet(text: string, start: number): number {
  const first = text[start + 1] === '!' ? start + 2 : start + 1;
  return text.indexOf(']', first + 1);
}

function setOf(body: string): (character: string) => boolean {
  const isNegated = body.startsWith('!');
  const rest = isNegated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < rest.length; at++) {
    const first = rest[at] as string;
    const isRange = rest[at + 1] === '-' && at + 2 < rest.length;
    ranges.push([first, isRange ? (rest[at + 2] as string) : first]);
    if (isRange) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNegated;
}

/**
 * Does the pattern take the whole text? All places that the pattern may have come to are followed at once, so the cost is at
 * most the product of both lengths, whatever the pattern: a regular expression made of `*a*a*a*` needs years for some texts.
 */
export function fitsPattern(pattern: TextPattern, text: string): boolean {
  let reached = new Uint8Array(pattern.length + 1);
  let next = new Uint8Array(pattern.length + 1);
  enter(pattern, reached, 0);
  for (let index = 0; index < text.length; index++) {
    const character = text[index] as string;
    let isAlive = false;
    for (let at = 0; at < pattern.length; at++) {
      const part = pattern[at] as PatternPart;
      if (reached[at] === 0 || !part.takes(character)) continue;
      enter(pattern, next, part.isRun ? at : at + 1);
      isAlive = true;
    }
    if (!isAlive) return false;
    [reached, next] = [next, reached];
    next.fill(0);
  }
  return reached[pattern.length] === 1;
}

/** A run may also take nothing: whoever is at it is behind it too. */
function enter(pattern: TextPattern, reached: Uint8Array, at: number): void {
  reached[at] = 1;
  if (pattern[at]?.isRun && reached[at + 1] === 0) enter(pattern, reached, at + 1);
}
