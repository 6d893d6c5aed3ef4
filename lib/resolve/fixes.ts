import { deriveFailures } from './derive';
import { editedHost, editedTarget } from './edited-view';
import { ideasFor, jointIdeas } from './fix-ideas';
import { defaultOptions } from './options';
import { Package } from './package';
import type { Derivation, DesignEdit, Fix, PlanRoot } from './plan';
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

interface Trial {
  readonly edits: readonly DesignEdit[];
  readonly weight: number;
  /** failures cured on the way */
  readonly depth: number;
  readonly derivations: readonly Derivation[];
}

/** Ideas tried against one failure. */
const mostIdeas = 14;

/** What got further comes first; of these what changes less. */
const rankOf = (trial: Trial): number => trial.weight - 0.8 * trial.depth;

const textOf = (edits: readonly DesignEdit[]): string =>
  edits
    .map((edit) => JSON.stringify(edit))
    .sort()
    .join('\n');

function replaced(atoms: readonly string[], edits: readonly DesignEdit[]): string[] {
  return atoms.map((atom) => {
    const edit = edits.find((each) => each.kind === 'replace_package' && each.from === atom);
    return edit?.kind === 'replace_package' ? edit.to : atom;
  });
}

/** Flags for the same package become one edit; a flag may not be set both ways. Null: the edits exclude each other. */
function combine(edits: readonly DesignEdit[], more: readonly DesignEdit[]): DesignEdit[] | null {
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
  private readonly tried = new Set<string>();
  private readonly open: Trial[] = [];
  private effort = 0;

  constructor(
    private readonly problem: FixProblem,
    private readonly limits: FixLimits,
    private readonly prove: ProveFix | null,
  ) {}

  plan(edits: readonly DesignEdit[]): Resolution {
    const { host, target, atoms } = this.problem;
    const resolution = resolve(
      { running: editedHost(host, edits), target: editedTarget(target, edits), targetSysroot: 'target' },
      replaced(atoms, edits),
      defaultOptions,
    );
    this.effort += 1 + resolution.attempts;
    return resolution;
  }

  private get isExhausted(): boolean {
    return this.effort >= this.limits.effort;
  }

  private derive(resolution: Resolution): Derivation[] {
    const { running } = resolution.run.frozen;
    return deriveFailures(resolution, (pkg): PlanRoot => (pkg.root === running ? 'host' : 'staging'));
  }

  run(first: readonly Derivation[]): Fix[] {
    this.open.push({ edits: [], weight: 0, depth: 0, derivations: first });
    const found: { readonly edits: readonly DesignEdit[]; readonly weight: number; readonly resolution: Resolution }[] =
      [];
    while (this.open.length > 0 && !this.isExhausted && found.length < this.limits.fixes) {
      this.open.sort((a, b) => rankOf(a) - rankOf(b));
      const trial = this.open.shift();
      if (trial === undefined) break;
      for (const next of this.nextOf(trial)) {
        if (this.isExhausted || found.length >= this.limits.fixes) break;
        const includesOther = found.some((fix) =>
          fix.edits.every((edit) => next.edits.some((own) => JSON.stringify(own) === JSON.stringify(edit))),
        );
        if (includesOther) continue;
        const resolution = this.plan(next.edits);
        if (!resolution.success) {
          this.keep(trial, next, this.derive(resolution));
          continue;
        }
        const edits = this.minimal(next.edits);
        if (found.some((fix) => textOf(fix.edits) === textOf(edits))) continue;
        if (this.prove === null || this.prove(edits))
          found.push({ edits, weight: next.weight, resolution: this.plan(edits) });
      }
    }
    return found
      .sort((a, b) => a.edits.length - b.edits.length || a.weight - b.weight)
      .map(({ edits, resolution }) => ({ edits, title: titleOf(edits), cost: costOf(edits, resolution) }));
  }

  private nextOf(trial: Trial): Pick<Trial, 'edits' | 'weight'>[] {
    const context = {
      host: this.problem.host,
      target: editedTarget(this.problem.target, trial.edits),
      requests: this.problem.requests,
    };
    const next: Pick<Trial, 'edits' | 'weight'>[] = [];
    const causes = trial.derivations.slice(0, 2).map((derivation) => ideasFor(context, derivation));
    for (const ideas of [jointIdeas(context, trial.derivations), ...causes]) {
      for (const idea of ideas) {
        const edits = combine(trial.edits, idea.edits);
        if (edits === null) continue;
        const text = textOf(edits);
        if (this.tried.has(text)) continue;
        this.tried.add(text);
        next.push({ edits, weight: trial.weight + idea.weight });
      }
    }
    return next.sort((a, b) => a.weight - b.weight).slice(0, mostIdeas);
  }

  /** A change that alters nothing about the failure is a dead end. */
  private keep(before: Trial, next: Pick<Trial, 'edits' | 'weight'>, derivations: readonly Derivation[]): void {
    const same = JSON.stringify(before.derivations.map(({ failure }) => failure));
    if (same === JSON.stringify(derivations.map(({ failure }) => failure))) return;
    this.open.push({ ...next, depth: before.depth + 1, derivations });
  }

  /** Leaves out every edit, and every flag, without which the plan still succeeds. */
  private minimal(given: readonly DesignEdit[]): readonly DesignEdit[] {
    let edits = given;
    const works = (fewer: readonly DesignEdit[]): boolean => fewer.length > 0 && this.plan(fewer).success;
    for (const edit of given) {
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

const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;

function titleOfEdit(edit: DesignEdit): string {
  switch (edit.kind) {
    case 'package_use': {
      const off = edit.flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
      const on = edit.flags.filter((flag) => !flag.startsWith('-'));
      const parts = [
        ...(off.length > 0 ? [`without ${list(off)}`] : []),
        ...(on.length > 0 ? [`with ${list(on)}`] : []),
      ];
      return `Build ${edit.atom} ${parts.join(' and ')}`;
    }
    case 'use':
      return `Set USE ${edit.flags.join(' ')}`;
    case 'make_conf': {
      const python = /^python(\d+)_(\d+)$/.exec(edit.value);
      return python ? `Use Python ${python[1]}.${python[2]}` : `Set ${edit.variable}="${edit.value}"`;
    }
    case 'accept_keywords':
      return `Accept ${list(edit.keywords)} for ${edit.atom}`;
    case 'accept_license':
      return `Accept the licence ${list(edit.licenses)} for ${edit.atom}`;
    case 'unmask':
      return `Unmask ${edit.atom}`;
    case 'mask':
      return `Rule out ${edit.atom}`;
    case 'replace_package':
      return `Take ${edit.to}`;
    case 'add_repository':
      return `Add repository ${edit.name}`;
    case 'provide_on_host':
      return `Take ${edit.atom} from the build machine`;
  }
}

function titleOf(edits: readonly DesignEdit[]): string {
  const titles = [...new Set(edits.map(titleOfEdit))];
  return list(titles.map((title, index) => (index === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1))));
}

function costOfEdit(edit: DesignEdit): string | null {
  switch (edit.kind) {
    case 'package_use': {
      const off = edit.flags.filter((flag) => flag.startsWith('-')).map((flag) => flag.slice(1));
      return off.length > 0 ? `\`${edit.atom}\` loses ${list(off)}.` : null;
    }
    case 'accept_keywords':
      return `\`${edit.atom}\` is not marked stable.`;
    case 'unmask':
      return `\`${edit.atom}\` was masked for a reason.`;
    case 'mask':
    case 'replace_package':
      return 'An older or other version is taken.';
    case 'provide_on_host':
      return 'The build machine has to have it; it is not checked.';
    default:
      return null;
  }
}

function costOf(edits: readonly DesignEdit[], { run }: Resolution): string {
  const merged = (run.serialized ?? []).filter(
    (task) => task instanceof Package && task.operation === 'merge' && task.root === run.frozen.target,
  ).length;
  const lost = edits.map(costOfEdit).filter((text) => text !== null);
  return [...new Set(lost), `Builds ${merged} ${merged === 1 ? 'package' : 'packages'}.`].join(' ');
}

/**
 * Changes of the design after which planning succeeds, the smallest first. Each was planned; with `prove` each is
 * also proven on the real configuration.
 */
export function findFixes(
  problem: FixProblem,
  derivations: readonly Derivation[],
  limits: FixLimits = defaultLimits,
  prove: ProveFix | null = null,
): Fix[] {
  return new Search(problem, limits, prove).run(derivations);
}
