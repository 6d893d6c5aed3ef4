export { type BuildLimits, buildLimits, parseLoad, parseMemory } from './build-limits';
export type { ConfigProtection } from './config-protect';
export { describeOrigins, hasStoredBuilds, type PackageOrigin, type PlanOrigins } from './describe-origins';
export { type DescribeEbuild, describeEbuilds, type EbuildFacts } from './ebuild-facts';
export { EngineError, type EngineErrorCode } from './errors';
export { executePlan, runPackages } from './execute';
export { type Fitting, fittingPackage } from './fitting-package';
export { mergeImage, unmergePackage } from './merge';
export { openMerges } from './merge-journal';
export { PackageStore, type StoredPackage } from './package-store';
export { type Exported, exportPrebuilt } from './prebuilt/export-prebuilt';
export { PrebuiltPackages, type PrebuiltSettings } from './prebuilt/prebuilt-packages';
export { chostOf, lockPrefix, type PrefixPlace, placeOf, prefixPlace } from './prefix-place';
export { recoverPrefix } from './recover-prefix';
export type { ExecuteRequest, ExpectedCost, FailedPackage, RunOutcome } from './run-request';
export { designFile, type SetupRequest, setupPrefix, uninstallPrefix, wrapperPaths } from './setup-prefix';
export {
  type OpenedShell,
  openPackageShell,
  openStagingShell,
  type ShellCommand,
  type ShellRequest,
  stagingShellFolder,
} from './shell';
export { runSinglePhases, type SingleOutcome, type SinglePhase, singlePhases } from './single-phases';
export { sourceDateEpoch } from './source-date';
export { toolMissing } from './tool-missing';
export { checkTree, type TreeFault } from './tree-check';
export type { TargetRoot } from './vdb';
export { findWork, lockWork, type WorkRecord } from './work-record';
export { foreignWorld, readWorld, updateWorld, type World, type WorldEntry, type WorldWish } from './world';
export { linkWrapper, removeWrapperLinks } from './wrapper-links';
