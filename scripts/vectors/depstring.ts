import { evaluateUseDeps, parseAtom } from '../../lib/pms/atom';
import { type DepGroup, type DepTree, isDepGroup, parseDepString } from '../../lib/pms/dep-string';
import { type AtomNode, formatDependency } from '../../lib/pms/dependency';
import { combineOverlapping, disjunctiveForm } from '../../lib/pms/dnf';
import { type Eapi, eapi } from '../../lib/pms/eapi';
import { PmsError } from '../../lib/pms/errors';
import { evaluateTree } from '../../lib/pms/evaluate';
import { checkRequiredUse, parseRequiredUse, requiredUseFlags } from '../../lib/pms/required-use';
import { below, flat, fromOperatorFirst, type Nested, nested, operatorFirst } from './nested';
import { answer, type Runners, same, type VectorCase } from './registry';

const refused = (error: unknown): boolean => error instanceof PmsError;

const words = (value: unknown): Set<string> => new Set(Array.isArray(value) ? (value as string[]) : []);

const eapiOf = (vector: VectorCase): Eapi | undefined =>
  typeof vector.eapi === 'string' ? eapi(vector.eapi) : undefined;

/** "*" or absent: any flag. */
const flagsOf = (value: unknown): Set<string> | undefined =>
  Array.isArray(value) ? new Set(value as string[]) : undefined;

function bad(text: string): never {
  throw new PmsError('INVALID_DEPENDENCY', `\`${text}\` is not allowed here`);
}

function sourceUri(token: string, target: string | null, row: Eapi | undefined): string {
  if (target !== null && row?.hasSrcUriArrows === false) bad('->');
  if (/^(?:fetch|mirror)\+/.test(token) && row?.hasSelectiveUriRestrictions === false) bad(token);
  return target === null ? token : `${token} -> ${target}`;
}

/** Which conditions are in effect under the many switches of a `use_reduce` case. */
function activity(vector: VectorCase): (flag: string, negated: boolean) => boolean {
  const use = words(vector.uselist);
  const masked = words(vector.masklist);
  const excluded = words(vector.excludeall);
  return (flag, negated) => {
    if (negated && excluded.has(flag)) return false;
    if (masked.has(flag)) return negated;
    if (vector.matchall) return true;
    if (vector.matchnone) return false;
    return use.has(flag) !== negated;
  };
}

/** A word of the string that is no group, and the file name behind `->`. */
interface Leaf {
  readonly token: string;
  readonly target: string | null;
}

function leafText({ token, target }: Leaf, vector: VectorCase): string {
  const row = eapiOf(vector);
  if (vector.is_src_uri) return sourceUri(token, target, row);
  if (vector.token_class !== 'atom') return token;
  const atom = parseAtom(token, { eapi: row, validFlags: flagsOf(vector.valid_flags) });
  return (vector.matchall ? atom : evaluateUseDeps(atom, words(vector.uselist))).text;
}

function mapLeaves(node: DepTree<Leaf>, vector: VectorCase): DepTree<string> {
  if (!isDepGroup(node)) return leafText(node, vector);
  return { ...node, children: node.children.map((child) => mapLeaves(child, vector)) };
}

function useReduce(vector: VectorCase): Nested[] {
  if ((vector.opconvert && vector.flat) || (vector.matchall && vector.matchnone))
    bad('two switches that exclude each other');
  const isActive = activity(vector);
  const parsed = parseDepString<Leaf>(String(vector.depstr), (token, target) => ({ token, target }), {
    operators: vector.is_src_uri ? [] : ['||'],
    allowArrows: vector.is_src_uri === true,
    validFlags: flagsOf(vector.valid_flags),
  });
  const subset = words(vector.subset);
  const tree = mapLeaves(subset.size === 0 ? parsed : below(parsed as DepGroup<Leaf>, subset, isActive), vector);
  const text = (leaf: string): string => leaf;
  if (vector.flat) return flat([tree], isActive, text);
  const emptyAnyOfIsFalse = eapiOf(vector)?.emptyAnyOfIsFalse ?? true;
  const { children } = evaluateTree(tree, { isActive, emptyAnyOfIsFalse });
  return vector.opconvert ? operatorFirst(children, text) : nested(children, text);
}

type Word = { readonly kind: 'word'; readonly text: string };
const word = (text: string): Word => ({ kind: 'word', text });
const textOfWord = (leaf: Word): string => leaf.text;

const atomNode = (text: string): AtomNode => ({ kind: 'atom', atom: parseAtom(text) });

function affectingUse(vector: VectorCase): Set<string> {
  const found = new Set<string>();
  const walk = (node: DepTree<string>, flags: readonly string[]): void => {
    if (!isDepGroup(node)) {
      if (node === vector.atom) for (const flag of flags) found.add(flag);
      return;
    }
    const inner = node.kind === 'use' ? [...flags, node.flag] : flags;
    for (const child of node.children) walk(child, inner);
  };
  walk(
    parseDepString<string>(String(vector.depstr), (token) => token, { allowEmptyGroups: true }),
    [],
  );
  return found;
}

function parenReduced(text: string): Nested[] {
  const write = (node: DepTree<string>, inAlternatives: boolean): Nested[] => {
    if (!isDepGroup(node)) return [node];
    const inner = node.children.flatMap((child) => write(child, node.kind === 'any'));
    if (inner.length === 0) return [];
    const isSingle =
      inner.length === 1 ||
      (inner.length === 2 &&
        node.children.filter(isDepGroup).length > 0 &&
        typeof inner[0] === 'string' &&
        /^\|\|$|\?$/.test(inner[0]));
    switch (node.kind) {
      case 'use': {
        const name = `${node.negated ? '!' : ''}${node.flag}?`;
        return inner.length === 2 && inner[0] === name ? inner : [name, inner];
      }
      case 'any':
        return isSingle ? (Array.isArray(inner[0]) ? [...inner[0]] : inner) : ['||', inner];
      default:
        return inAlternatives && !isSingle ? [inner] : inner;
    }
  };
  return write(
    parseDepString<string>(text, (token) => token, { allowEmptyGroups: true }),
    false,
  );
}

export const depstring: Runners = {
  use_reduce: answer(useReduce, refused),
  check_required_use: (vector) =>
    answer(() => {
      const row = eapiOf(vector);
      const validFlags = flagsOf(vector.iuse);
      const node = parseRequiredUse(String(vector.required_use), { eapi: row, validFlags });
      const { satisfied, violated } = checkRequiredUse(node, words(vector.use), row);
      return [satisfied, violated];
    }, refused)({ ...vector, result: [vector.satisfied, vector.unsatisfied_part ?? ''] }),
  get_required_use_flags: answer(
    (vector) => requiredUseFlags(parseRequiredUse(String(vector.required_use), { eapi: eapiOf(vector) })),
    refused,
  ),
  dnf_convert: (vector) =>
    same(operatorFirst(disjunctiveForm(fromOperatorFirst(vector.input as Nested[], word)), textOfWord), vector.result),
  overlap_dnf: (vector) =>
    same(
      operatorFirst(
        combineOverlapping<AtomNode>(
          fromOperatorFirst(vector.input as Nested[], atomNode),
          ({ atom }) => (atom.blocker === null ? atom.qualifiedName : null),
          formatDependency,
        ),
        ({ atom }) => atom.text,
      ),
      vector.result,
    ),
  extract_affecting_use: answer(affectingUse, refused),
  paren_reduce: answer((vector) => parenReduced(String(vector.depstr)), refused),
};
