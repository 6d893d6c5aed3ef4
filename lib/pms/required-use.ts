import { type DepTree, parseDepString } from './dep-string';
import type { Eapi } from './eapi';
import { PmsError } from './errors';
import { isUseFlag } from './use-dep';

export interface FlagNode {
  readonly kind: 'flag';
  readonly flag: string;
  readonly negated: boolean;
}

/** A parsed REQUIRED_USE. Source: PMS 8.2. */
export type RequiredUseNode = DepTree<FlagNode>;

export interface RequiredUseOptions {
  /** Left out: everything any EAPI allows; empty groups as in the latest. */
  readonly eapi?: Eapi;
  /** Flags that may be named (IUSE_EFFECTIVE). Left out: any. */
  readonly validFlags?: { has(flag: string): boolean };
}

function flagLeaf({ validFlags }: RequiredUseOptions): (token: string) => FlagNode {
  return (token) => {
    const negated = token.startsWith('!');
    const flag = negated ? token.slice(1) : token;
    if (!isUseFlag(flag)) {
      const text = token.slice(0, 100);
      throw new PmsError('INVALID_DEPENDENCY', `\`${text}\` is not a USE flag`, { details: { text } });
    }
    if (validFlags !== undefined && !validFlags.has(flag)) {
      throw new PmsError('UNKNOWN_FLAG', `USE flag \`${flag}\` is not in IUSE`, { details: { flag } });
    }
    return { kind: 'flag', flag, negated };
  };
}

/** Parses a REQUIRED_USE. Throws INVALID_DEPENDENCY, UNKNOWN_FLAG. Source: PMS 7.3.4, 8.2. */
export function parseRequiredUse(text: string, options: RequiredUseOptions = {}): RequiredUseNode {
  const atMostOne = options.eapi?.hasAtMostOneOf ?? true;
  return parseDepString<FlagNode>(text, flagLeaf(options), {
    operators: atMostOne ? ['||', '^^', '??'] : ['||', '^^'],
    allowEmptyGroups: true,
    validFlags: options.validFlags,
  });
}

/** Every flag that is named, conditions included. */
export function requiredUseFlags(node: RequiredUseNode, into: Set<string> = new Set()): Set<string> {
  if (node.kind === 'flag' || node.kind === 'use') into.add(node.flag);
  if (node.kind !== 'flag') for (const child of node.children) requiredUseFlags(child, into);
  return into;
}

export interface RequiredUseAnswer {
  readonly satisfied: boolean;
  /** the parts that are not met, as text; empty when satisfied */
  readonly violated: string;
}

type Operator = '||' | '^^' | '??';

/** What is left of the text for a report: conditions that are not in effect are gone, needless brackets too. */
type Part =
  | { readonly kind: 'flag'; readonly text: string; readonly satisfied: boolean }
  | { kind: 'group'; readonly operator: string | null; readonly satisfied: boolean; readonly parts: readonly Part[] };

interface Judged {
  /** null: an inactive condition or an empty all-of, which counts for nothing */
  readonly satisfied: boolean | null;
  readonly parts: readonly Part[];
}

const operatorOf: Readonly<Record<'any' | 'exactly-one' | 'at-most-one', Operator>> = {
  any: '||',
  'exactly-one': '^^',
  'at-most-one': '??',
};

type Flags = { has(flag: string): boolean };

class Judge {
  constructor(
    private readonly enabled: Flags,
    private readonly emptyIsFalse: boolean,
  ) {}

  all(children: readonly RequiredUseNode[], inAlternatives: boolean): { values: boolean[]; parts: Part[] } {
    const values: boolean[] = [];
    const parts: Part[] = [];
    for (const child of children) {
      const judged = this.node(child, inAlternatives);
      if (judged.satisfied !== null) values.push(judged.satisfied);
      for (const part of judged.parts) parts.push(part);
    }
    return { values, parts };
  }

  private node(node: RequiredUseNode, inAlternatives: boolean): Judged {
    switch (node.kind) {
      case 'flag': {
        const satisfied = this.enabled.has(node.flag) !== node.negated;
        return { satisfied, parts: [{ kind: 'flag', text: `${node.negated ? '!' : ''}${node.flag}`, satisfied }] };
      }
      case 'use': {
        if (this.enabled.has(node.flag) === node.negated) return { satisfied: null, parts: [] };
        const { values, parts } = this.all(node.children, false);
        return this.group(`${node.negated ? '!' : ''}${node.flag}?`, !values.includes(false), parts);
      }
      case 'all': {
        const { values, parts } = this.all(node.children, false);
        const satisfied = !values.includes(false);
        const dissolve = parts.length <= 1 || !inAlternatives;
        return {
          satisfied: values.length === 0 ? null : satisfied,
          parts: dissolve ? parts : [{ kind: 'group', operator: null, satisfied, parts }],
        };
      }
      default:
        return this.alternatives(operatorOf[node.kind], node.children, inAlternatives);
    }
  }

  private alternatives(operator: Operator, children: readonly RequiredUseNode[], inAlternatives: boolean): Judged {
    const { values, parts } = this.all(children, true);
    const met = values.filter(Boolean).length;
    const satisfied =
      values.length === 0 && !this.emptyIsFalse
        ? true
        : operator === '||'
          ? met > 0
          : operator === '^^'
            ? met === 1
            : met <= 1;
    const [only] = parts;
    // `?? ( a )` asks for nothing, `a` would ask for a
    if (parts.length !== 1 || only === undefined || operator === '??') return this.group(operator, satisfied, parts);
    const dissolve = only.kind === 'group' && only.operator === null && !inAlternatives;
    return { satisfied, parts: dissolve ? only.parts : [only] };
  }

  private group(operator: string, satisfied: boolean, parts: readonly Part[]): Judged {
    return { satisfied, parts: parts.length === 0 ? [] : [{ kind: 'group', operator, satisfied, parts }] };
  }
}

/** Inside `||`, `^^` and `??` everything is named; elsewhere only what is not met. */
function violatedText(parts: readonly Part[], inAlternatives: boolean): string {
  return parts
    .filter((part) => inAlternatives || !part.satisfied)
    .map((part) => {
      if (part.kind === 'flag') return part.text;
      const everything = inAlternatives || part.operator === '||' || part.operator === '^^' || part.operator === '??';
      const inner = violatedText(part.parts, everything);
      const body = inner === '' ? '( )' : `( ${inner} )`;
      return part.operator === null ? body : `${part.operator} ${body}`;
    })
    .join(' ');
}

/**
 * Do the enabled flags satisfy REQUIRED_USE, and if not, which part does not?
 * Without `eapi` empty groups count as in the latest EAPI. Source: PMS 8.2.
 */
export function checkRequiredUse(node: RequiredUseNode, enabled: Flags, eapi?: Eapi): RequiredUseAnswer {
  const { values, parts } = new Judge(enabled, eapi?.emptyAnyOfIsFalse ?? true).all([node], false);
  const satisfied = !values.includes(false);
  return { satisfied, violated: satisfied ? '' : violatedText(parts, false) };
}
