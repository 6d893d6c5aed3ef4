import type { DepTree } from '../pms';
import { PmsError, parseDepString } from '../pms';
import { isDistfileName } from './distfile-name';
import { EngineError } from './errors';

/** One file of SRC_URI. `liftsRestriction` is the EAPI 8 prefix of the URI that lifts RESTRICT for it. Source: PMS 8.2.10. */
export interface SourceFile {
  /** name in DISTDIR */
  readonly name: string;
  /** every URI given for that name; empty when it is only a file name */
  readonly uris: readonly string[];
  readonly liftsRestriction: null | 'fetch' | 'mirror';
}

interface Word {
  readonly kind: 'word';
  readonly text: string;
  readonly target: string | null;
}

type WordTree = DepTree<Word>;

function wordsOf(node: WordTree, enabled: ReadonlySet<string> | null): readonly Word[] {
  if (node.kind === 'word') return [node];
  if (node.kind === 'use' && enabled !== null && enabled.has(node.flag) === node.negated) return [];
  return node.children.flatMap((child) => wordsOf(child, enabled));
}

function parseWords(text: string, allowArrows: boolean): WordTree {
  return parseDepString<Word>(text, (word, target) => ({ kind: 'word', text: word, target }), {
    allowArrows,
    allowEmptyGroups: true,
  });
}

/**
 * The files that SRC_URI asks for with the given flags enabled (`null`: all of them, for a Manifest), in order.
 * Throws SRC_URI_INVALID. Source: PMS 8.2 (groups, USE conditionals), 8.2.10 (arrows, `fetch+`, `mirror+`).
 */
export function evaluateSourceUri(text: string, enabled: ReadonlySet<string> | null): readonly SourceFile[] {
  const files = new Map<string, SourceFile & { readonly uris: string[] }>();
  try {
    for (const word of wordsOf(parseWords(text, true), enabled)) {
      const lift = /^(fetch|mirror)\+/.exec(word.text)?.[1] as 'fetch' | 'mirror' | undefined;
      const uri = lift ? word.text.slice(lift.length + 1) : word.text;
      const name = word.target ?? uri.slice(uri.lastIndexOf('/') + 1);
      if (!isDistfileName(name)) {
        const shown = name.replace(/\p{C}/gu, '\ufffd').slice(0, 200);
        throw new EngineError(
          'SRC_URI_INVALID',
          `SRC_URI gives a file the name \`${shown}\`, which is not a plain file name`,
        );
      }
      const known = files.get(name);
      const uris = known?.uris ?? [];
      if (uri.includes('://')) uris.push(uri);
      files.set(name, { name, uris, liftsRestriction: lift ?? known?.liftsRestriction ?? null });
    }
  } catch (error) {
    if (!(error instanceof PmsError)) throw error;
    throw new EngineError('SRC_URI_INVALID', `SRC_URI cannot be read: ${error.message}`, { cause: error });
  }
  return [...files.values()];
}

/** Words of RESTRICT or PROPERTIES that hold with the given flags. Throws what `parseDepString` throws. */
export function evaluateWords(text: string, enabled: ReadonlySet<string>): readonly string[] {
  return wordsOf(parseWords(text, false), enabled).map((word) => word.text);
}
