import { tryParseAtom } from '../pms';
import type { BinaryRule } from '../resolve/provider';
import { words } from './incremental';

/** Only names and slots may be told apart: no version, USE dep, blocker or repository. */
function isPlain(text: string): boolean {
  const atom = tryParseAtom(text.replace(/[:].*$/, '').includes('/') ? text : `*/${text}`, { allowWildcard: true });
  return atom !== null && atom.operator === null && atom.blocker === null && atom.useDeps.length === 0;
}

/** `PREFIX-exclude` and `PREFIX-include` of a section; an atom in both counts in neither. Source: portage(5), repos.conf. */
export function binaryRule(name: string, section: Readonly<Record<string, string>>, prefix: string): BinaryRule {
  const exclude = words(section[`${prefix}-exclude`]).filter(isPlain);
  const include = words(section[`${prefix}-include`]).filter(isPlain);
  return {
    name,
    exclude: exclude.filter((text) => !include.includes(text)),
    include: include.filter((text) => !exclude.includes(text)),
  };
}
