import { EngineError } from './errors';

/** One file of SRC_URI. `restriction` is the EAPI 8 prefix of the URI that lifts RESTRICT for it. Source: PMS 8.2.10. */
export interface SourceFile {
  /** name in DISTDIR */
  readonly name: string;
  /** every URI given for that name; empty when it is only a file name */
  readonly uris: readonly string[];
  readonly liftsRestriction: null | 'fetch' | 'mirror';
}

function fail(text: string, detail: string): never {
  throw new EngineError('SRC_URI_INVALID', `SRC_URI ${detail}: \`${text}\``);
}

/**
 * The files that SRC_URI asks for with the given flags enabled (`null`: all of them, for a Manifest), in order.
 * Throws SRC_URI_INVALID. Source: PMS 8.2 (groups, USE conditionals), 8.2.10 (arrows, `fetch+`, `mirror+`).
 */
export function evaluateSourceUri(text: string, enabled: ReadonlySet<string> | null): readonly SourceFile[] {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const files = new Map<string, SourceFile>();
  const active: boolean[] = [true];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] as string;
    const here = active[active.length - 1] as boolean;
    if (token === ')') {
      if (active.length === 1) fail(text, 'closes a group that is not open');
      active.pop();
    } else if (token === '(') {
      active.push(here);
    } else if (token.endsWith('?')) {
      if (tokens[i + 1] !== '(') fail(text, `wants \`(\` after \`${token}\``);
      const negated = token.startsWith('!');
      const flag = token.slice(negated ? 1 : 0, -1);
      active.push(here && (enabled === null || enabled.has(flag) !== negated));
      i += 1;
    } else {
      const renamed = tokens[i + 1] === '->';
      const target = renamed ? tokens[i + 2] : undefined;
      if (renamed) i += 2;
      if (renamed && (target === undefined || /[()?/]/.test(target))) fail(text, 'has an arrow without a file name');
      if (!here) continue;
      const lift = /^(fetch|mirror)\+/.exec(token)?.[1] as 'fetch' | 'mirror' | undefined;
      const uri = lift ? token.slice(lift.length + 1) : token;
      const name = target ?? uri.slice(uri.lastIndexOf('/') + 1);
      if (name === '' || name === '.' || name === '..') fail(text, `has a URI without a file name, \`${token}\``);
      const known = files.get(name);
      files.set(name, {
        name,
        uris: [...(known?.uris ?? []), ...(uri.includes('://') ? [uri] : [])],
        liftsRestriction: lift ?? known?.liftsRestriction ?? null,
      });
    }
  }
  if (active.length !== 1) fail(text, 'leaves a group open');
  return [...files.values()];
}

/** Words of a dependency-like string without operators (RESTRICT, PROPERTIES) that hold with the given flags. */
export function evaluateWords(text: string, enabled: ReadonlySet<string>): readonly string[] {
  return evaluateSourceUri(text, enabled).map((file) => file.name);
}
