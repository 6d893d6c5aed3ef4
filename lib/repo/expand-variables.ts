import { RepoError } from './errors';
import { limits } from './limits';

const isNameCharacter = (character: string | undefined): boolean =>
  character !== undefined && /^[A-Za-z0-9_]$/.test(character);

/**
 * Replaces `$name` and `${name}` the way make.conf does: nothing is expanded between single quotes, `\$` and `\\` lose
 * their backslash, a backslash before a newline removes both, other newlines become spaces. Quotes stay. An unknown
 * variable is empty, or what `unknown` answers; a malformed reference makes the whole result empty. Throws `CONFIG_SYNTAX` for what grows without
 * measure. Source: portage(5), checked against Portage.
 */
export function expandVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
  unknown: (name: string) => string = () => '',
): string {
  let single = false;
  let double = false;
  let result = '';
  let at = 0;
  while (at < text.length) {
    const current = text[at] as string;
    if (current === "'" || current === '"') {
      if (current === "'" && !double) single = !single;
      if (current === '"' && !single) double = !double;
      result += current;
      at++;
      continue;
    }
    if (single || (current !== '\n' && current !== '\\' && current !== '$')) {
      result += current;
      at++;
      continue;
    }
    if (current === '\n') {
      result += ' ';
      at++;
      continue;
    }
    if (current === '\\') {
      const next = text[at + 1];
      if (next === undefined) return result + current;
      at += 2;
      if (next === '$') result += next;
      else if (next === '\\') {
        result += next;
        const after = text[at];
        if (after === "'" || after === '"' || after === '$') {
          result += after;
          at++;
        }
      } else if (next !== '\n') result += current + next;
      continue;
    }
    at++;
    if (at === text.length) return `${result}$`;
    const braced = text[at] === '{';
    if (braced) at++;
    const start = at;
    while (isNameCharacter(text[at])) at++;
    const name = text.slice(start, at);
    if (braced && text[at] !== '}') return '';
    if (braced) at++;
    if (name === '') return '';
    result += Object.hasOwn(variables, name) ? variables[name] : unknown(name);
    if (result.length > limits.variableLength) throw tooLong(name);
  }
  return result;
}

/** `A="${A}${A}"` a few dozen times fills any memory. */
const tooLong = (name: string): RepoError =>
  new RepoError(
    'CONFIG_SYNTAX',
    `a value with \`\${${name}}\` in it grows beyond ${limits.variableLength} characters`,
    {
      hint: 'Look for variables of make.defaults or make.conf that name themselves.',
      details: { name },
    },
  );
