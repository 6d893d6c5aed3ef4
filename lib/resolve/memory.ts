import type { Atom, DependencyClass, DependencyNode } from '../pms';
import type { EvaluatedDependency } from './evaluated-dependency';
import type { Candidate, RootConfiguration } from './provider';

/** Dependencies of a candidate, parsed and evaluated. */
export interface CandidateMemory {
  readonly nodes: Map<DependencyClass, DependencyNode>;
  /** by the enabled flags, which are the same object as long as the configuration is the same */
  readonly evaluated: Map<DependencyClass, WeakMap<ReadonlySet<string>, EvaluatedDependency>>;
}

/** What can be kept from one plan to the next as long as the configuration is the same. */
export interface RootMemory {
  readonly candidates: Map<Candidate, CandidateMemory>;
  readonly live: Map<Candidate, Candidate | null>;
  /** blockers of installed packages by the name of what they forbid; null: not collected yet */
  installedBlockers: ReadonlyMap<string, readonly InstalledBlocker[]> | null;
}

export interface InstalledBlocker {
  readonly candidate: Candidate;
  readonly atom: Atom;
}

const memories = new WeakMap<RootConfiguration, Map<string, RootMemory>>();
const bases = new WeakMap<RootConfiguration, RootConfiguration>();

/** A view of another configuration has the same candidates, with the same dependencies. */
export function shareMemory(view: RootConfiguration, base: RootConfiguration): void {
  bases.set(view, base);
}

/** `rules`: the options that change what is remembered. */
export function memoryOf(configuration: RootConfiguration, rules: string): RootMemory {
  let byRules = memories.get(configuration);
  if (byRules === undefined) {
    byRules = new Map();
    memories.set(configuration, byRules);
  }
  let memory = byRules.get(rules);
  if (memory === undefined) {
    const base = bases.get(configuration);
    const candidates = base === undefined ? new Map() : memoryOf(base, rules).candidates;
    memory = { candidates, live: new Map(), installedBlockers: null };
    byRules.set(rules, memory);
  }
  return memory;
}

export function rememberCandidate(memory: RootMemory, candidate: Candidate): CandidateMemory {
  let own = memory.candidates.get(candidate);
  if (own === undefined) {
    own = { nodes: new Map(), evaluated: new Map() };
    memory.candidates.set(candidate, own);
  }
  return own;
}
