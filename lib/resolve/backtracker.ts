import {
  type BacktrackState,
  type ConfigFeedback,
  cloneState,
  emptyState,
  type Feedback,
  type MaskChoice,
  stateText,
} from './backtrack-state';
import type { Dependency } from './dependency';
import { Package } from './package';

interface Node {
  readonly state: BacktrackState;
  readonly depth: number;
  readonly maskSteps: number;
  /** reached by changes of the configuration alone */
  readonly terminal: boolean;
}

/** A package masked because of others that are masked themselves by now would be masked for nothing. */
function isConsistent(state: BacktrackState): boolean {
  for (const mask of state.runtimeMask.values()) {
    if (mask.missingDependency !== null || mask.slotOperatorBuilt) continue;
    const pairs = [...(mask.slotConflict ?? [])];
    if (pairs.length === 0) continue;
    if (pairs.every(({ parent }) => parent instanceof Package && state.runtimeMask.has(parent))) return false;
  }
  return true;
}

function maskOf(state: BacktrackState, pkg: Package) {
  const mask = state.runtimeMask.get(pkg) ?? { slotConflict: null, missingDependency: null, slotOperatorBuilt: false };
  state.runtimeMask.set(pkg, mask);
  return mask;
}

function applyConfig(state: BacktrackState, config: ConfigFeedback): void {
  for (const [pkg, children] of config.circularDependency) {
    const own = state.circularDependency.get(pkg) ?? new Set();
    for (const child of children) own.add(child);
    state.circularDependency.set(pkg, own);
  }
  for (const pkg of config.unstableKeywords) state.unstableKeywords.add(pkg);
  for (const pkg of config.unmasked) state.unmasked.add(pkg);
  for (const [pkg, licenses] of config.licenses) {
    const own = state.licenses.get(pkg) ?? new Set();
    for (const license of licenses) own.add(license);
    state.licenses.set(pkg, own);
  }
  for (const [pkg, change] of config.useChanges) state.useChanges.set(pkg, change);
  for (const pkg of config.maskBuilt) {
    state.maskBuilt.add(pkg);
    maskOf(state, pkg).slotOperatorBuilt = true;
  }
  state.replaceInstalled.addAll(config.replaceInstalled);
  if (config.rebuildList) state.rebuildList.addAll(config.rebuildList);
  if (config.reinstallList) state.reinstallList.addAll(config.reinstallList);
  if (config.pruneRebuilds) pruneRebuilds(state);
}

/** Starts again without the rebuilds: some turned out to be needless. */
function pruneRebuilds(state: BacktrackState): void {
  state.pruneRebuilds = true;
  state.replaceInstalled.clear();
  for (const pkg of state.maskBuilt) {
    const mask = state.runtimeMask.get(pkg);
    if (mask === undefined) continue;
    mask.slotOperatorBuilt = false;
    if (mask.slotConflict === null && mask.missingDependency === null) state.runtimeMask.delete(pkg);
  }
  state.maskBuilt.clear();
}

/** Which attempts to make: depth first, each with one more thing done differently. */
export class Backtracker {
  private readonly open: Node[] = [];
  private readonly seen = new Set<string>();
  private readonly all: Node[] = [];
  private current: Node;
  private readonly root: Node;

  constructor(private readonly maxDepth: number) {
    this.root = { state: emptyState(), depth: 0, maskSteps: 0, terminal: true };
    this.current = this.root;
    this.add(this.root, true);
  }

  get hasMore(): boolean {
    return this.open.length > 0;
  }

  private add(node: Node, explore: boolean): void {
    if (!isConsistent(node.state) || node.maskSteps > this.maxDepth) return;
    const text = stateText(node.state);
    if (this.seen.has(text)) return;
    this.seen.add(text);
    if (explore) this.open.push(node);
    this.all.push(node);
  }

  /** The state for the next attempt; a copy, which the attempt may change. */
  next(): BacktrackState | null {
    const node = this.open.pop();
    if (node === undefined) return null;
    this.current = node;
    return cloneState(node.state);
  }

  private child(change: (state: BacktrackState) => void): void {
    const state = cloneState(this.current.state);
    change(state);
    const { depth, maskSteps } = this.current;
    this.add({ state, depth: depth + 1, maskSteps: maskSteps + 1, terminal: false }, true);
  }

  private addConflict(choices: readonly MaskChoice[]): void {
    for (const choice of choices) {
      this.child((state) => {
        for (const { pkg, against } of choice) maskOf(state, pkg).slotConflict = against;
      });
    }
  }

  private addMissing(dep: Dependency): void {
    const { parent } = dep;
    if (!(parent instanceof Package)) return;
    this.child((state) => {
      maskOf(state, parent).missingDependency = dep;
    });
  }

  private addConfig(config: ConfigFeedback, explore: boolean): void {
    const state = cloneState(this.current.state);
    applyConfig(state, config);
    const { depth, maskSteps, terminal } = this.current;
    const node: Node = { state, depth: depth + 1, maskSteps, terminal: terminal && !config.slotConflictAbi };
    this.add(node, explore);
    this.current = node;
  }

  /** Makes new states out of what an attempt learned. */
  learn(feedback: Feedback): void {
    const [conflict] = feedback.slotConflicts;
    const others = conflict !== undefined || feedback.missingDependency !== null;
    if (feedback.config !== null) this.addConfig(feedback.config, !others);
    if (conflict !== undefined) this.addConflict(conflict);
    else if (feedback.missingDependency !== null) this.addMissing(feedback.missingDependency);
  }

  /** The state with most proposals and no masks: what a user can understand. */
  best(): BacktrackState {
    let best = this.root;
    for (const node of this.all) if (node.terminal && node.depth > best.depth) best = node;
    return cloneState(best.state);
  }
}
