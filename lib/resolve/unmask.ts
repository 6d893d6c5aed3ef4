import { checkRequiredUse, evaluateDependency, formatDependency, parseRequiredUse } from '../pms';
import { configFeedback } from './backtrack-state';
import { allClasses, dependencyNode } from './dependencies';
import { masksOf } from './masks';
import type { Package } from './package';
import type { Run } from './run';

/** What may be proposed to make a package available. */
export interface UnmaskLevel {
  readonly use: boolean;
  readonly license: boolean;
  readonly unstableKeywords: boolean;
  readonly missingKeywords: boolean;
  readonly masks: boolean;
}

/** The levels from the least to the most invasive; each allows what the ones before it did, unless it says otherwise. */
export function* unmaskLevels(run: Run): Generator<UnmaskLevel> {
  if (!run.autounmask) return;
  const { keepUse, keepLicense, keepKeywords, keepMasks } = run.frozen.parameters;
  const base = { use: !keepUse, license: false, unstableKeywords: false, missingKeywords: false, masks: false };
  const licensed = { ...base, license: !keepLicense };
  if (!keepUse) yield base;
  if (!keepLicense) yield licensed;
  if (!keepKeywords) yield { ...licensed, unstableKeywords: true };
  if (!keepKeywords && !keepMasks) yield { ...licensed, unstableKeywords: true, missingKeywords: true };
  if (!keepMasks) yield { ...licensed, masks: true };
  if (!keepKeywords && !keepMasks) {
    yield { ...licensed, unstableKeywords: true, masks: true };
    yield { ...licensed, unstableKeywords: true, missingKeywords: true, masks: true };
  }
}

/** Could the package be made visible at this level? If so the change is proposed. */
export function tryUnmask(run: Run, pkg: Package, level: UnmaskLevel): boolean {
  let unstable = false;
  let missingKeyword = false;
  let masked = false;
  let licenses: string[] = [];
  for (const reason of masksOf(run.frozen, pkg)) {
    switch (reason.kind) {
      case 'keyword':
        unstable = true;
        if (reason.wouldAccept.includes('**')) missingKeyword = true;
        break;
      case 'package.mask':
        masked = true;
        break;
      case 'license':
        licenses = [...reason.missing];
        break;
      default:
        return false;
    }
  }
  const { state } = run;
  if (state.unstableKeywords.has(pkg)) {
    unstable = false;
    missingKeyword = false;
  }
  if (state.unmasked.has(pkg)) masked = false;
  const accepted = state.licenses.get(pkg);
  if (accepted) licenses = licenses.filter((license) => !accepted.has(license));
  if (!unstable && !masked && licenses.length === 0) return true;
  if (
    (unstable && !level.unstableKeywords) ||
    (missingKeyword && !level.missingKeywords) ||
    (masked && !level.masks) ||
    (licenses.length > 0 && !level.license)
  ) {
    return false;
  }
  const config = configFeedback(run.feedback);
  if (unstable) {
    state.unstableKeywords.add(pkg);
    config.unstableKeywords.add(pkg);
  }
  if (masked) {
    state.unmasked.add(pkg);
    config.unmasked.add(pkg);
  }
  if (licenses.length > 0) {
    const own = state.licenses.get(pkg) ?? new Set();
    for (const license of licenses) own.add(license);
    state.licenses.set(pkg, own);
    config.licenses.set(pkg, new Set(own));
  }
  return true;
}

/** Is REQUIRED_USE met with these flags? */
export function meetsRequiredUse(pkg: Package, use: ReadonlySet<string>): boolean {
  const text = pkg.candidate.requiredUse;
  if (text === '' || pkg.isBuilt || !pkg.eapi.hasRequiredUse) return true;
  return checkRequiredUse(parseRequiredUse(text, { eapi: pkg.eapi }), use, pkg.eapi).satisfied;
}

function changesDependencies(run: Run, pkg: Package, use: ReadonlySet<string>): boolean {
  if (!run.graph.has(pkg)) return false;
  for (const dependencyClass of allClasses) {
    const node = dependencyNode(run.frozen, pkg, dependencyClass);
    const before = formatDependency(evaluateDependency(node, pkg.use.enabled, pkg.eapi));
    if (before !== formatDependency(evaluateDependency(node, use, pkg.eapi))) return true;
  }
  const changes = run.useChange(pkg)?.changes ?? new Map<string, boolean>();
  for (const { atom } of run.parentAtoms.get(pkg) ?? []) {
    for (const useDep of atom.useDeps) {
      const change = changes.get(useDep.flag);
      if (change === undefined) continue;
      if ((useDep.kind === 'enabled' && !change) || (useDep.kind === 'disabled' && change)) return true;
    }
  }
  return false;
}

/** The flags the package would have when these are set; a change that is possible is proposed. */
export function proposeUse(run: Run, pkg: Package, wanted: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  if (pkg.isBuilt) return pkg.use.enabled;
  const proposed = run.useChange(pkg);
  const oldUse = proposed?.enabled ?? pkg.use.enabled;
  const changes = new Map(proposed?.changes ?? []);
  const newUse = new Set([...oldUse].filter((flag) => !wanted.has(flag)));
  let changed = false;
  for (const [flag, enabled] of wanted) {
    if (!pkg.isValidFlag(flag)) continue;
    if (enabled) newUse.add(flag);
    if (enabled === oldUse.has(flag)) continue;
    if (changes.get(flag) === !enabled) return oldUse;
    changes.set(flag, enabled);
    changed = true;
  }
  if (!changed) return newUse;
  for (const flag of changes.keys()) if (pkg.use.masked.has(flag) || pkg.use.forced.has(flag)) return oldUse;
  const change = {
    enabled: newUse,
    changes,
    requiredUseSatisfied: !(meetsRequiredUse(pkg, oldUse) && !meetsRequiredUse(pkg, newUse)),
  };
  run.state.useChanges.set(pkg, change);
  configFeedback(run.feedback).useChanges.set(pkg, change);
  if (changesDependencies(run, pkg, newUse)) run.needRestart = true;
  return newUse;
}
