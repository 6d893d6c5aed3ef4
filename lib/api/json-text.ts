import { ApiError } from './errors';

/** Brackets inside brackets that a body may have; the deepest of ours has six. */
const deepest = 32;
/** Members and elements of all its objects and lists together. */
const mostEntries = 50_000;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** The value of a JSON text. Its size in brackets and entries is known before it is built. Throws BODY_NOT_JSON. */
export function parseJson(text: string): unknown {
  checkShape(text);
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (forbiddenKeys.has(key)) throw new ForbiddenKey(key);
      return value;
    }) as unknown;
  } catch (error) {
    if (error instanceof ForbiddenKey) throw notJson(`The body has a key \`${error.key}\`, which is not allowed.`);
    throw notJson('The body is not JSON.');
  }
}

class ForbiddenKey extends Error {
  constructor(readonly key: string) {
    super();
  }
}

/** Counts without building anything: one pass, brackets and commas inside of strings left out. */
function checkShape(text: string): void {
  let depth = 0;
  let entries = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBrace || code === openBracket) {
      if (++depth > deepest) throw notJson(`The body is nested deeper than ${deepest} levels at character ${at + 1}.`);
    } else if (code === closeBrace || code === closeBracket) depth--;
    else if (code === comma && ++entries > mostEntries) {
      throw notJson(`The body has more than ${mostEntries} entries at character ${at + 1}.`);
    }
  }
}

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = Array.from('"\\,{}[]', (c) =>
  c.charCodeAt(0),
);

/** Where the string ends that begins at `at`; the end of the text when it does not. */
function endOfString(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next++) {
    const code = text.charCodeAt(next);
    if (code === backslash) next++;
    else if (code === quote) return next;
  }
  return text.length;
}

const notJson = (message: string): ApiError =>
  new ApiError('BODY_NOT_JSON', message, { hint: 'Send one JSON object as the contract of the route describes it.' });
