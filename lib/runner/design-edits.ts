import type { ApplyEditsAnswer } from '../api/wire';
import { applyEdits, diffLines, formatDesign, formatDiff } from '../design/index';
import type { DesignEdit } from '../resolve/plan';
import { requireDesign } from './design-check';

/** The text with the edits of a fix, and what changes. Throws DESIGN_INVALID. */
export function editDesignText(text: string, edits: readonly DesignEdit[]): ApplyEditsAnswer {
  const design = requireDesign({ text });
  const edited = formatDesign(applyEdits(design, edits));
  return { text: edited, diff: formatDiff(diffLines(formatDesign(design), edited)) };
}
