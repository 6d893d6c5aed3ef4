import { asClause } from '../errors';
import { code, listSome, listWords } from './explain-words';
import type { MaskReason } from './plan';

const longestComment = 300;

function shorten(text: string): string {
  return text.length <= longestComment ? text : `${text.slice(0, text.lastIndexOf(' ', longestComment))} …`;
}

/** Where the comment of a mask says why, and the line that holds it. */
export function describeMask(reason: MaskReason): string {
  switch (reason.kind) {
    case 'package.mask': {
      if (reason.byDesign) return `is ruled out by the design itself: ${code(reason.atom)} in ${code('package_mask')}`;
      const comment = shorten(reason.comment.trim().replace(/\s+/g, ' '));
      const why = comment === '' ? 'no reason is given there' : `the reason given there: “${comment}”`;
      return `is masked by the line ${code(reason.atom)} in ${code(reason.file)}, line ${reason.line}; ${why}`;
    }
    case 'keyword':
      return reason.keywords.length === 0
        ? 'is marked for no processor at all, as development versions are (no KEYWORDS)'
        : `is not marked as stable for this board; it carries ${listSome(reason.keywords.map(code), 4)} (KEYWORDS)`;
    case 'license':
      return `has a licence that has not been accepted: ${listWords(reason.missing.map(code))} (LICENSE)`;
    case 'properties':
      return `has a property that is not accepted: ${listWords(reason.missing.map(code))} (PROPERTIES)`;
    case 'restrict':
      return `has a restriction that is not accepted: ${listWords(reason.missing.map(code))} (RESTRICT)`;
    case 'eapi':
      return `is written for EAPI ${code(reason.eapi)}, which Studio does not know`;
    case 'invalid':
      return `has broken metadata: ${asClause(reason.detail)}`;
  }
}

/** How much it takes to lift all masks of a version; the least is told, and tried, first. */
export function hardnessOf(masks: readonly MaskReason[]): number {
  return masks.reduce((sum, mask) => {
    switch (mask.kind) {
      case 'keyword':
        return sum + (mask.keywords.length === 0 ? 6 : 2);
      case 'license':
        return sum + 2;
      case 'package.mask':
        return sum + (mask.byDesign ? 2 : 4);
      default:
        return sum + 20;
    }
  }, 0);
}
