import { applyEdits, type Design, diffLines, formatDesign, formatDiff } from '../design/index';
import type { Fix } from '../resolve/plan';

/** What a fix makes of a design, whole. */
export const changedText = (design: Design, fix: Fix): string => formatDesign(applyEdits(design, fix.edits));

/** What a fix changes in the text of a design. */
export const changedLines = (design: Design, fix: Fix): string =>
  formatDiff(diffLines(formatDesign(design), changedText(design, fix)));
