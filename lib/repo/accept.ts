import { evaluateWords, type WordTree } from './word-tree';

/** What the tokens of ACCEPT_LICENSE, ACCEPT_PROPERTIES or ACCEPT_RESTRICT let in. */
export class Acceptance {
  private everything = false;
  private readonly named = new Set<string>();
  private readonly refused = new Set<string>();

  constructor(
    tokens: readonly string[],
    private readonly base: Acceptance | null = null,
  ) {
    this.everything = base?.everything ?? false;
    for (const token of tokens) {
      if (token === '*' || token === '-*') {
        this.everything = token === '*';
        this.base = null;
        this.named.clear();
        this.refused.clear();
      } else if (token.startsWith('-')) {
        this.named.delete(token.slice(1));
        this.refused.add(token.slice(1));
      } else {
        this.refused.delete(token);
        this.named.add(token);
      }
    }
  }

  has(word: string): boolean {
    if (this.named.has(word)) return true;
    if (this.refused.has(word)) return false;
    return this.base === null ? this.everything : this.base.has(word);
  }
}

/**
 * Words that would have to be accepted, empty when it is fine. Of an any-of one accepted branch is enough.
 * Source: PMS 7.3.5 (LICENSE), portage make.conf(5) (ACCEPT_*).
 */
export function missingWords(
  tree: WordTree,
  accepted: { has(word: string): boolean },
  enabled: { has(flag: string): boolean },
): string[] {
  const missing = (node: WordTree): string[] => {
    switch (node.kind) {
      case 'word':
        return accepted.has(node.word) ? [] : [node.word];
      case 'use':
        return enabled.has(node.flag) === node.negated ? [] : node.children.flatMap(missing);
      case 'any': {
        const members = evaluateWords(node.children, enabled);
        const lacking: string[] = [];
        for (const member of members) {
          const own = missing(member);
          if (own.length === 0) return [];
          lacking.push(...own);
        }
        return lacking;
      }
      default:
        return node.children.flatMap(missing);
    }
  };
  return [...new Set(missing(tree))];
}

/** License groups of all `license_groups` files. */
export type LicenseGroups = ReadonlyMap<string, ReadonlySet<string>>;

/** Replaces `@group` (and `-@group`) by its members; an unknown group or one that contains itself stays as `@group`. */
export function expandLicenses(tokens: readonly string[], groups: LicenseGroups): string[] {
  const expand = (token: string, open: Set<string>): string[] => {
    const negated = token.startsWith('-');
    const name = negated ? token.slice(1) : token;
    if (!name.startsWith('@')) return [token];
    const group = name.slice(1);
    const members = groups.get(group);
    let found: string[];
    if (members === undefined || open.has(group)) found = [name];
    else {
      open.add(group);
      found = [...members].filter((member) => !member.startsWith('-')).flatMap((member) => expand(member, open));
    }
    return negated ? found.map((member) => `-${member}`) : found;
  };
  return tokens.flatMap((token) => expand(token, new Set()));
}
