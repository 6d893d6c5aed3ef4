import { parseAtom } from '../pms';
import { categoryOf, meantNames, probeOf, underCategory } from '../resolve/bare-names';
import { code } from '../resolve/explain-words';
import { similarNames } from '../resolve/similar-names';
import { PlanError } from './errors';

const list = (names: readonly string[]): string => names.map(code).join(', ');

/**
 * A request with its category: `python` becomes `dev-lang/python` when one package of the trees is called so. Sets and
 * whole names stay as they are.
 * Throws `NAME_UNKNOWN`, `NAME_AMBIGUOUS`.
 */
export function withCategory(text: string, names: readonly string[]): string {
  if (text.startsWith('@') || /^[^:[]*\//.test(text)) return text;
  const probe = probeOf(text);
  // the parser tells better what is wrong with it
  if (probe === null) return parseAtom(text, { allowRepository: true }).text;
  const fitting = meantNames(names.filter((name) => name.endsWith(`/${probe.pn}`)));
  const [name] = fitting;
  if (name === undefined) {
    const similar = similarNames(probe.pn, names, 3);
    throw new PlanError('NAME_UNKNOWN', `no package of these trees is called \`${probe.pn}\``, {
      hint: similar.length > 0 ? `Did you mean ${list(similar)}?` : 'Write it with its category, `category/name`.',
      details: { text, similar },
    });
  }
  if (fitting.length > 1) {
    throw new PlanError('NAME_AMBIGUOUS', `\`${probe.pn}\` is the name of ${fitting.length} packages`, {
      hint: `Write the one you mean with its category: ${list(fitting)}.`,
      details: { text, names: fitting },
    });
  }
  return underCategory(text, categoryOf(name));
}
