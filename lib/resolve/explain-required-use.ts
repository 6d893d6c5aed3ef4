import { isDepGroup } from '../pms/dep-string';
import { PmsError } from '../pms/errors';
import { checkRequiredUse, parseRequiredUse, type RequiredUseNode, requiredUseFlags } from '../pms/required-use';
import { code, listWords } from './explain-words';

function flagWords({ flag, negated }: { readonly flag: string; readonly negated: boolean }): string {
  return `${code(flag)} ${negated ? 'off' : 'on'}`;
}

/** What stands in a group, as things that can be true. */
function part(node: RequiredUseNode): string {
  if (!isDepGroup(node)) return flagWords(node);
  switch (node.kind) {
    case 'all':
      return `(${listWords(node.children.map(part))})`;
    case 'use':
      return `(${node.children.map(part).join(' and ')} when ${code(node.flag)} is ${node.negated ? 'off' : 'on'})`;
    default:
      return `(${amounts[node.kind].of} ${listWords(node.children.map(part))})`;
  }
}

/** How many, and whether that is a duty or a limit. */
const amounts = {
  any: { of: 'at least one of', flags: 'has to be on', parts: 'has to hold' },
  'exactly-one': { of: 'exactly one of', flags: 'has to be on', parts: 'has to hold' },
  'at-most-one': { of: 'at most one of', flags: 'may be on', parts: 'may hold' },
} as const;

function plainFlags(children: readonly RequiredUseNode[]): string[] | null {
  const flags = children.map((child) => (!isDepGroup(child) && !child.negated ? code(child.flag) : null));
  return flags.every((flag) => flag !== null) ? flags : null;
}

function clauses(node: RequiredUseNode): string[] {
  if (!isDepGroup(node)) return [`${code(node.flag)} has to be ${node.negated ? 'off' : 'on'}`];
  if (node.kind === 'all') return node.children.flatMap(clauses);
  if (node.kind === 'use') {
    const inner = node.children.flatMap(clauses);
    return inner.length === 0 ? [] : [`when ${code(node.flag)} is ${node.negated ? 'off' : 'on'}, ${listWords(inner)}`];
  }
  const flags = plainFlags(node.children);
  const amount = amounts[node.kind];
  return flags === null
    ? [`${amount.of} these ${amount.parts}: ${listWords(node.children.map(part))}`]
    : [`${amount.of} ${listWords(flags)} ${amount.flags}`];
}

/** The clauses of a REQUIRED_USE as sentences without capital and full stop; text that does not parse is quoted. */
export function describeRequiredUse(text: string): readonly string[] {
  try {
    return clauses(parseRequiredUse(text));
  } catch (error) {
    if (error instanceof PmsError) return [`${code(text)} has to hold`];
    throw error;
  }
}

/** Flags to switch, each with its new state. */
export type FlagChange = ReadonlyMap<string, boolean>;

const mostFlags = 24;

/**
 * The smallest changes of flags after which REQUIRED_USE holds, at most `limit`: single flags first, then pairs. Whether
 * a flag may be changed (use.mask, use.force) is not known here. Text that does not parse has none.
 */
export function requiredUseRepairs(requiredUse: string, use: readonly string[], limit = 3): readonly FlagChange[] {
  const enabled = new Set(use);
  let node: RequiredUseNode;
  try {
    node = parseRequiredUse(requiredUse);
  } catch (error) {
    if (error instanceof PmsError) return [];
    throw error;
  }
  const holds = (flags: readonly string[]): boolean => {
    const changed = new Set(enabled);
    for (const flag of flags) if (!changed.delete(flag)) changed.add(flag);
    return checkRequiredUse(node, changed).satisfied;
  };
  if (holds([])) return [];
  const flags = [...requiredUseFlags(node)].slice(0, mostFlags);
  const single = flags.map((flag) => [flag]).filter(holds);
  const pairs = (): string[][] => flags.flatMap((a, index) => flags.slice(index + 1).map((b) => [a, b])).filter(holds);
  return (single.length > 0 ? single : pairs())
    .slice(0, limit)
    .map((change) => new Map(change.map((flag) => [flag, !enabled.has(flag)])));
}
