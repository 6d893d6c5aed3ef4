import { PmsError } from './errors';
import { isUseFlag } from './use-dep';

/** A group of a dependency-style specification; it keeps what stands in it, in order. Source: PMS 8.2. */
export type DepGroup<Leaf> =
  | { readonly kind: 'all'; readonly children: readonly DepTree<Leaf>[] }
  | { readonly kind: 'any'; readonly children: readonly DepTree<Leaf>[] }
  | { readonly kind: 'exactly-one'; readonly children: readonly DepTree<Leaf>[] }
  | { readonly kind: 'at-most-one'; readonly children: readonly DepTree<Leaf>[] }
  | {
      readonly kind: 'use';
      readonly flag: string;
      readonly negated: boolean;
      readonly children: readonly DepTree<Leaf>[];
    };

/** A dependency-style specification over leaves of any kind. Source: PMS 8.2. */
export type DepTree<Leaf> = Leaf | DepGroup<Leaf>;

/** Is the node a group and no leaf? */
export function isDepGroup<Leaf>(node: DepTree<Leaf>): node is DepGroup<Leaf> {
  return typeof node === 'object' && node !== null && 'children' in node;
}

export type GroupOperator = '||' | '^^' | '??';

export interface DepStringOptions {
  /** Which group operators are allowed. Default: `||`. */
  readonly operators?: readonly GroupOperator[];
  /** Are groups without anything in them allowed? Default false. */
  readonly allowEmptyGroups?: boolean;
  /** Flags that conditionals may name (IUSE_EFFECTIVE). Left out: any. */
  readonly validFlags?: { has(flag: string): boolean };
  /** Takes `left -> right` as one leaf. Default false. */
  readonly allowArrows?: boolean;
}

const kindOf = { '||': 'any', '^^': 'exactly-one', '??': 'at-most-one' } as const;

type Tree<Leaf> = DepTree<Leaf>;

/** Groups in groups; real ebuilds stay below ten. What walks over a tree may call itself that often. */
const mostNested = 100;

/** Words of one text; real ebuilds stay below ten thousand. */
const mostItems = 50_000;

/** Characters of a faulty text that a message shows. */
const mostShown = 300;

const shown = (text: string): string => (text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);

class Reader<Leaf> {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly string[];
  private readonly operators: readonly GroupOperator[];

  constructor(
    private readonly text: string,
    private readonly leaf: (token: string, arrowTarget: string | null) => Leaf,
    private readonly options: DepStringOptions,
  ) {
    const trimmed = text.trim();
    this.tokens = trimmed === '' ? [] : trimmed.split(/\s+/);
    this.operators = options.operators ?? ['||'];
  }

  read(): Tree<Leaf> {
    if (this.tokens.length > mostItems) this.fail(`there are more than ${mostItems} items`);
    const children = this.items(false);
    return { kind: 'all', children };
  }

  private fail(
    message: string,
    hint?: string,
    code: 'INVALID_DEPENDENCY' | 'UNKNOWN_FLAG' = 'INVALID_DEPENDENCY',
  ): never {
    const text = shown(this.text);
    throw new PmsError(code, `${message} (item ${this.at + 1} of \`${text}\`)`, {
      hint,
      details: { text, item: this.at + 1 },
    });
  }

  private items(inGroup: boolean): Tree<Leaf>[] {
    const children: Tree<Leaf>[] = [];
    for (; this.at < this.tokens.length; this.at += 1) {
      const token = this.tokens[this.at] as string;
      if (token === ')') {
        if (!inGroup) this.fail('`)` closes nothing', 'Remove it, or write the `(` it belongs to.');
        return children;
      }
      children.push(this.item(token));
    }
    if (inGroup) this.fail('a `)` is missing at the end', 'Every `(` needs its `)`, with spaces around both.');
    return children;
  }

  private item(token: string): Tree<Leaf> {
    if (token === '(') return { kind: 'all', children: this.group() };
    if (token === '||' || token === '^^' || token === '??') {
      if (!this.operators.includes(token)) this.fail(`\`${token}\` is not allowed here`);
      this.open(token);
      return { kind: kindOf[token], children: this.group() };
    }
    if (token.charCodeAt(token.length - 1) === 63) {
      const negated = token.charCodeAt(0) === 33;
      const flag = token.slice(negated ? 1 : 0, -1);
      if (!isUseFlag(flag)) this.fail(`\`${shown(token)}\` does not begin with the name of a USE flag`);
      if (this.options.validFlags !== undefined && !this.options.validFlags.has(flag)) {
        this.fail(`USE flag \`${shown(flag)}\` of \`${shown(token)}\` is not in IUSE`, undefined, 'UNKNOWN_FLAG');
      }
      this.open(token);
      return { kind: 'use', flag, negated, children: this.group() };
    }
    if (token === '->') this.fail('`->` is in the wrong place');
    return this.leaf(token, this.arrowTarget());
  }

  private open(token: string): void {
    this.at += 1;
    if (this.tokens[this.at] !== '(')
      this.fail(`\`${shown(token)}\` must be followed by \`(\``, 'Put a space on both sides of it.');
  }

  /** `this.at` stands on `(` before and on the matching `)` after. */
  private group(): Tree<Leaf>[] {
    this.at += 1;
    this.depth += 1;
    if (this.depth > mostNested) this.fail(`more than ${mostNested} groups are nested`);
    const children = this.items(true);
    this.depth -= 1;
    if (children.length === 0 && this.options.allowEmptyGroups !== true) this.fail('a group is empty');
    return children;
  }

  private arrowTarget(): string | null {
    if (this.options.allowArrows !== true || this.tokens[this.at + 1] !== '->') return null;
    this.at += 2;
    const target = this.tokens[this.at];
    if (target === undefined || /^(?:\(|\)|\|\||->)$|\/|\?$/.test(target)) {
      this.fail('`->` must be followed by a file name');
    }
    return target;
  }
}

/**
 * Parses a dependency-style string; `leaf` makes a node out of each word that is no group.
 * The root is an all-of. Throws INVALID_DEPENDENCY, UNKNOWN_FLAG and what `leaf` throws. Source: PMS 8.2.
 */
export function parseDepString<Leaf>(
  text: string,
  leaf: (token: string, arrowTarget: string | null) => Leaf,
  options: DepStringOptions = {},
): DepTree<Leaf> {
  return new Reader(text, leaf, options).read();
}
