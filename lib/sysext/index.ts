export { alignDirectory, type BuiltTrees } from './align';
export { checkImage, type ImageCheckRequest } from './check-image';
export { type DeployRequest, type DeploySnippets, deploySnippets } from './deploy';
export { SysextError, type SysextErrorCode } from './errors';
export { extensionRelease, type MatchVerdict, matchesSystem, releasePath } from './extension-release';
export { type PackedImage, type PackRequest, packImage, sha256Of } from './pack';
export { type Drop, dropReason } from './packing-rules';
export type { PackingSummary } from './packing-tree';
