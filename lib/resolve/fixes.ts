import { followMoves, parseMove, tryParseAtom } from '../pms';
import { absentFromHost, deriveFailures } from './derive';
import { editedHost, editedTarget } from './edited-view';
import { listWords } from './explain-words';
import { ideasFor, jointIdeas } from './fix-ideas';
import { costOf, mergedOn, titlesOf } from './fix-words';
import { whyNoFix, whyStopped } from './no-fix';
import { defaultOptions } from './options';
import type { Package } from './package';
import type { Derivation, DesignEdit, Fix, NoFixReason, PlanFailure, PlanRoot } from './plan';
import type { RootConfiguration } from './provider';
import { type Resolution, resolve } from './resolver';

/** What fixes are looked for: a target that is filled with the help of a host. */
export interface FixProblem {
  readonly host: RootConfiguration;
  readonly target: RootConfiguration;
  /** everything that has to be planned together */
  readonly atoms: readonly string[];
  /** those of the atoms that the design names and that may be replaced */
  readonly requests: readonly string[];
  /** what an edit takes back of that which the owner of the design wrote, as phrases; default: nothing */
  readonly undone?: (edit: DesignEdit) => readonly string[];
}

export interface FixLimits {
  /** how much planning may be done: each plan counts one, and one more for every time it starts again */
  readonly effort: number;
  /** how many fixes are wanted */
  readonly fixes: number;
}

/** Applies edits in earnest; false: the real configuration does not plan with them. */
export type ProveFix = (edits: readonly DesignEdit[]) => boolean;

export const defaultLimits: FixLimits = { effort: 300, fixes: 3 };

/** After the first fix, the search for others ends when this much more brought none. */
const effortForMore = 60;

/** A change whose plan has still to be made. */
interface Trial {
  readonly edits: readonly DesignEdit[];
  readonly weight: number;
  /** failures cured on the way */
  readonly depth: number;
  /** the failures that the change is to cure */
  readonly against: string;
  /** the last part of the change, and the failure that it is meant for */
  readonly idea: string;
}

interface Found {
  readonly edits: readonly DesignEdit[];
  readonly weight: number;
  readonly resolution: Resolution;
}

/** Ideas tried against one failure. */
const mostIdeas = 14;

/** What is against the owner's own words is tried after everything else. */
const undoingWeight = 20;

/** More changes at once are no fix but another design. */
const mostEdits = 6;

/** What got further comes first; of these what changes less. */
const rankOf = (trial: Trial): number => trial.weight - 0.8 * trial.depth;

const textOf = (edits: readonly DesignEdit[]): string =>
  edits
    .map((edit) => JSON.stringify(edit))
    .sort()
    .join('\n');

/** Number of changes; what is taken from elsewhere counts double, the variables of Python count as one. */
function sizeOf(edits: readonly DesignEdit[]): number {
  const isPython = ({ kind, ...edit }: DesignEdit): boolean =>
    kind === 'make_conf' && 'variable' in edit && edit.variable === 'PYTHON_SINGLE_TARGET';
  return edits.reduce((sum, edit) => sum + (isPython(edit) ? 0 : edit.kind === 'provide_on_host' ? 2 : 1), 0);
}

const signature = (derivations: readonly Derivation[]): string =>
  JSON.stringify(derivations.map(({ failure }) => failure));

/** The request under the name that moves among the edits give it. */
function movedBy(request: string, edits: readonly DesignEdit[]): string {
  const moves = edits.flatMap((edit) => (edit.kind === 'move' ? (parseMove(edit.line) ?? []) : []));
  const atom = moves.length === 0 ? null : tryParseAtom(request, { allowRepository: true });
  return atom === null ? request : followMoves(atom, moves).moved.text;
}

/** What stands first where a fix takes back the owner's own words. */
export const undoneWords = (undone: readonly string[]): readonly string[] =>
  undone.length === 0 ? [] : [`It undoes what you wrote: ${listWords([...new Set(undone)])}.`];

function replaced(atoms: readonly string[], edits: readonly DesignEdit[]): string[] {
  return atoms.map((atom) => {
    const edit = edits.find((each) => each.kind === 'replace_package' && each.from === atom);
    return edit?.kind === 'replace_package' ? edit.to : movedBy(atom, edits);
  });
}

/** Flags for the same package become one edit; a flag may not be set both ways. Null: the edits exclude each other. */
export function combine(edits: readonly DesignEdit[], more: readonly DesignEdit[]): DesignEdit[] | null {
  const result = [...edits];
  for (const edit of more) {
    const at = result.findIndex((other) => {
      if (edit.kind === 'package_use') return other.kind === 'package_use' && other.atom === edit.atom;
      if (edit.kind === 'make_conf') return other.kind === 'make_conf' && other.variable === edit.variable;
      if (edit.kind === 'replace_package') return other.kind === 'replace_package' && other.from === edit.from;
      return false;
    });
    const same = result[at];
    if (same === undefined) {
      if (!result.some((other) => JSON.stringify(other) === JSON.stringify(edit))) result.push(edit);
      continue;
    }
    if (same.kind !== 'package_use' || edit.kind !== 'package_use') return null;
    const opposite = (flag: string): string => (flag.startsWith('-') ? flag.slice(1) : `-${flag}`);
    if (edit.flags.some((flag) => same.flags.includes(opposite(flag)))) return null;
    result[at] = { ...same, flags: [...new Set([...same.flags, ...edit.flags])] };
  }
  return result;
}

/** One search: every trial plans again. */
class Search {
  /** parts of changes that altered nothing about a failure */
  private readonly deadEnds = new Set<string>();
  private readonly tried = new Set<string>();
  private readonly open: Trial[] = [];
  private readonly found: Found[] = [];
  /** changes against the root cause itself, and what then failed */
  private furthest: { readonly trial: Trial; readonly derivations: readonly Derivation[] } | null = null;
  private readonly stopped: { readonly edits: readonly DesignEdit[]; readonly failure: PlanFailure }[] = [];
  private effort = 0;
  private effortAtLast = 0;
  private plans = 0;

  constructor(
    private readonly problem: FixProblem,
    private readonly limits: FixLimits,
    private readonly prove: ProveFix | null,
  ) {}

  private plan(edits: readonly DesignEdit[]): { readonly resolution: Resolution; readonly derivations: Derivation[] } {
    const { host, target, atoms } = this.problem;
    const resolution = resolve(
      { running: editedHost(host, edits), target: editedTarget(target, edits), targetSysroot: 'target' },
      replaced(atoms, edits),
      defaultOptions,
    );
    this.effort += 1 + resolution.attempts;
    this.plans += 1;
    const { running } = resolution.run.frozen;
    const names = (pkg: Package): PlanRoot => (pkg.root === running ? 'host' : 'staging');
    return {
      resolution,
      derivations: resolution.success ? absentFromHost(resolution, names) : deriveFailures(resolution, names),
    };
  }

  private get isOver(): boolean {
    if (this.found.length >= this.limits.fixes || this.effort >= this.limits.effort) return true;
    return this.found.length > 0 && this.effort - this.effortAtLast > effortForMore;
  }

  run(first: readonly Derivation[]): FixAnswer {
    this.expand({ edits: [], weight: 0, depth: 0, against: '', idea: '' }, first);
    while (this.open.length > 0 && !this.isOver) {
      const trial = this.next();
      if (this.includesFix(trial)) continue;
      const { derivations } = this.plan(trial.edits);
      const [remaining] = derivations;
      if (remaining === undefined) this.accept(trial);
      else {
        if (trial.depth === 0) this.stopped.push({ edits: trial.edits, failure: remaining.failure });
        // a change that alters nothing about the failure is a dead end
        if (signature(derivations) === trial.against) {
          this.deadEnds.add(trial.idea);
          continue;
        }
        if (trial.depth > (this.furthest?.trial.depth ?? -1)) this.furthest = { trial, derivations };
        this.expand({ ...trial, depth: trial.depth + 1 }, derivations);
      }
    }
    if (this.found.length > 0) return { fixes: this.fixes(), noFix: [] };
    const { host, target } = this.problem;
    const gaveUp: NoFixReason[] = this.open.length === 0 ? [] : [{ kind: 'gave_up', plans: this.plans }];
    const reached =
      this.furthest === null ? [] : whyStopped({ host, target }, this.furthest.trial.edits, this.furthest.derivations);
    const reasons = [...whyNoFix({ host, target }, first, this.stopped), ...reached, ...gaveUp];
    return { fixes: [], noFix: [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()] };
  }

  private next(): Trial {
    let best = 0;
    this.open.forEach((trial, index) => {
      if (rankOf(trial) < rankOf(this.open[best] as Trial)) best = index;
    });
    return this.open.splice(best, 1)[0] as Trial;
  }

  private includesFix({ edits }: Trial): boolean {
    return this.found.some((fix) =>
      fix.edits.every((edit) => edits.some((own) => JSON.stringify(own) === JSON.stringify(edit))),
    );
  }

  private accept(trial: Trial): void {
    const edits = this.minimal(trial.edits);
    if (this.found.some((fix) => textOf(fix.edits) === textOf(edits))) return;
    if (this.prove !== null && !this.prove(edits)) return;
    this.found.push({ edits, weight: trial.weight, resolution: this.plan(edits).resolution });
    this.effortAtLast = this.effort;
  }

  private undoneBy(edits: readonly DesignEdit[]): readonly string[] {
    return edits.flatMap((edit) => this.problem.undone?.(edit) ?? []);
  }

  private fixes(): Fix[] {
    const kind = this.found.filter(({ edits }) => this.undoneBy(edits).length === 0);
    const all = [...(kind.length > 0 ? kind : this.found)].sort(
      (a, b) => sizeOf(a.edits) - sizeOf(b.edits) || a.weight - b.weight,
    );
    const least = sizeOf(all[0]?.edits ?? []);
    const sorted = all.filter(({ edits }, index) => index === 0 || sizeOf(edits) <= least + 1);
    const titles = titlesOf(sorted.map(({ edits }) => edits));
    const [first] = sorted;
    return sorted.map(({ edits, resolution }, index) => ({
      edits,
      title: titles[index] ?? '',
      cost: [
        ...undoneWords(this.undoneBy(edits)),
        costOf(edits, mergedOn(resolution), index === 0 || first === undefined ? null : mergedOn(first.resolution)),
      ].join(' '),
    }));
  }

  /** Opens what could be done about the failures that a trial left. */
  private expand(trial: Trial, derivations: readonly Derivation[]): void {
    const context = {
      host: this.problem.host,
      target: editedTarget(this.problem.target, trial.edits),
      requests: this.problem.requests,
    };
    const cause = JSON.stringify(derivations[0]?.failure);
    const causes = derivations.slice(0, 2).map((derivation) => ideasFor(context, derivation));
    const next: Trial[] = [];
    for (const ideas of [jointIdeas(context, derivations), ...causes]) {
      for (const idea of ideas) {
        const edits = combine(trial.edits, idea.edits);
        if (edits === null || edits.length > mostEdits) continue;
        const text = textOf(edits);
        if (this.tried.has(text)) continue;
        this.tried.add(text);
        const against = signature(derivations);
        const name = `${cause}\n${textOf(idea.edits)}`;
        if (this.deadEnds.has(name)) continue;
        const weight = trial.weight + idea.weight + undoingWeight * this.undoneBy(idea.edits).length;
        next.push({ edits, weight, depth: trial.depth, against, idea: name });
      }
    }
    this.open.push(...next.sort((a, b) => a.weight - b.weight).slice(0, mostIdeas));
  }

  /** Leaves out every edit, and every flag, without which the plan still succeeds. */
  private minimal(given: readonly DesignEdit[]): readonly DesignEdit[] {
    let edits = given;
    const works = (fewer: readonly DesignEdit[]): boolean =>
      fewer.length > 0 && this.plan(fewer).derivations.length === 0;
    for (const edit of given) {
      if (given.length < 2) break;
      const fewer = edits.filter((other) => other !== edit);
      if (works(fewer)) edits = fewer;
    }
    for (const edit of edits) {
      if (edit.kind !== 'package_use' || edit.flags.length < 2) continue;
      for (const flag of edit.flags) {
        const fewer = edits.map((other) =>
          other.kind === 'package_use' && other.atom === edit.atom
            ? { ...other, flags: other.flags.filter((each) => each !== flag) }
            : other,
        );
        if (fewer.every((other) => other.kind !== 'package_use' || other.flags.length > 0) && works(fewer))
          edits = fewer;
      }
    }
    return edits;
  }
}

export interface FixAnswer {
  /** the smallest first */
  readonly fixes: readonly Fix[];
  /** why there is none; empty when there is */
  readonly noFix: readonly NoFixReason[];
}

/**
 * Changes of the design after which planning succeeds. Each was planned; with `prove` each is also proven on the real
 * configuration. When there is none, what stands in the way.
 */
export function searchFixes(
  problem: FixProblem,
  derivations: readonly Derivation[],
  limits: FixLimits = defaultLimits,
  prove: ProveFix | null = null,
): FixAnswer {
  return new Search(problem, limits, prove).run(derivations);
}

/** The changes alone. */
export function findFixes(
  problem: FixProblem,
  derivations: readonly Derivation[],
  limits: FixLimits = defaultLimits,
  prove: ProveFix | null = null,
): readonly Fix[] {
  return searchFixes(problem, derivations, limits, prove).fixes;
}
