export { type DesignResult, parseDesign, validateDesign } from './design';
export { type DiffLine, diffLines, formatDiff } from './diff';
export { applyEdit, applyEdits } from './edit';
export type { DesignProblem, DesignProblemCode } from './errors';
export {
  checkAtom,
  checkBoard,
  checkFlag,
  checkKeyword,
  checkLicense,
  checkName,
  checkPackage,
  checkPath,
  checkVariable,
  type FieldVerdict,
  isBoard,
} from './fields';
export { emptyDesign, formatDesign } from './format';
export { requestProblems } from './request-problems';
export { type Design, type DesignInput, designJsonSchema, designSchema, type SysextOptions } from './schema';
export { undoneBy } from './undone';
